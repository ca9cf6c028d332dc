import { formatArn, parseArn } from "../../kernel/arn.ts";
import type { Scope } from "../../kernel/scope.ts";
import { ClientException } from "./errors.ts";

/** The kinds of Batch's resources, as their ARNs spell them. */
export type ResourceKind = "compute-environment" | "job-queue" | "job-definition" | "scheduling-policy" | "job";

/** Letters, digits, hyphens and underscores, at most 128, a letter or digit first: every name in Batch. */
const isName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(text);

/** Throws ClientException for what is no name. `member` is how the request calls it. */
export const checkName = (member: string, text: string): void => {
  if (text === "") throw new ClientException(`${member} cannot be blank.`);
  if (!isName(text))
    throw new ClientException(
      `${member} '${text.slice(0, 140)}' is no valid name: up to 128 letters, numbers, hyphens and underscores, of which the first is a letter or a number.`,
    );
};

/** `arn:aws:batch:us-east-1:000000000000:job-queue/default`. */
export const resourceArn = ({ account, region }: Scope, kind: ResourceKind, rest: string): string =>
  formatArn({ account, region, service: "batch", resource: `${kind}/${rest}` });

/** What an ARN of Batch names; `undefined` for any other text. */
export const parseResourceArn = (
  text: string,
): (Scope & { readonly kind: string; readonly rest: string }) | undefined => {
  const arn = parseArn(text);
  if (arn?.service !== "batch") return undefined;
  const slash = arn.resource.indexOf("/");
  if (slash < 0) return undefined;
  const { account, region, resource } = arn;
  return { account, region, kind: resource.slice(0, slash), rest: resource.slice(slash + 1) };
};

/**
 * What stands after `KIND/` in an ARN of the scope, or the text itself where it is no ARN. `undefined`: an ARN of
 * something else, or of another account or region, so nothing to be found here.
 */
export const nameIn = (text: string, kind: ResourceKind, scope: Scope): string | undefined => {
  if (!text.startsWith("arn:")) return text;
  const arn = parseResourceArn(text);
  if (arn?.kind !== kind || arn.account !== scope.account || arn.region !== scope.region) return undefined;
  return arn.rest;
};

export interface DefinitionReference {
  readonly name: string;
  /** Absent: the latest ACTIVE one. */
  readonly revision?: number;
}

/** `name`, `name:revision` or an ARN of either, taken apart; `undefined` where the text names none of this scope. */
export const definitionReference = (text: string, scope: Scope): DefinitionReference | undefined => {
  const [name = "", revision, ...more] = nameIn(text, "job-definition", scope)?.split(":") ?? [];
  if (!isName(name) || more.length > 0) return undefined;
  if (revision === undefined) return { name };
  return /^[1-9][0-9]{0,9}$/.test(revision) ? { name, revision: Number(revision) } : undefined;
};

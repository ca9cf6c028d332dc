import { parseArn } from "../../kernel/arn.ts";
import type { Scope } from "../../kernel/scope.ts";

/** Where a `valueFrom` says a value is. */
export type SecretSource =
  | { readonly kind: "parameter"; readonly scope: Scope; readonly reference: string }
  | {
      readonly kind: "secret";
      readonly scope: Scope;
      /** The secret's ARN, or its name. */
      readonly id: string;
      /** The member of the value's JSON; the whole value where absent. */
      readonly jsonKey?: string;
      readonly version: { readonly id?: string; readonly stage?: string };
    };

/**
 * A `valueFrom` taken apart: a parameter's name or ARN, or a secret's ARN with `:json-key:version-stage:version-id`, each of which may be
 * empty. `undefined` for an ARN of something else. `home` is where the task is: an ARN may name another region, not another account.
 */
export const parseSecretSource = (valueFrom: string, home: Scope): SecretSource | undefined => {
  if (!valueFrom.startsWith("arn:")) return { kind: "parameter", scope: home, reference: valueFrom };
  const arn = parseArn(valueFrom);
  if (!arn || arn.account !== home.account) return undefined;
  const scope = { account: arn.account, region: arn.region };
  if (arn.service === "ssm" && arn.resource.startsWith("parameter/"))
    return { kind: "parameter", scope, reference: valueFrom };
  const [kind, name, jsonKey, stage, id, ...more] = arn.resource.split(":");
  if (arn.service !== "secretsmanager" || kind !== "secret" || !name || more.length > 0) return undefined;
  return {
    kind: "secret",
    scope,
    id: valueFrom.split(":").slice(0, 7).join(":"),
    ...(jsonKey && { jsonKey }),
    version: { ...(stage && { stage }), ...(id && { id }) },
  };
};

/** The member of a secret's JSON, a text as it is and anything else as JSON; `undefined` where there is none, or no JSON. */
export const memberOfJson = (text: string, key: string): string | undefined => {
  const value = parsed(text)?.[key];
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
};

const parsed = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
};

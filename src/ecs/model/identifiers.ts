import { formatArn, parseArn } from "../../kernel/arn.ts";
import type { Scope } from "../../kernel/scope.ts";
import { ClientException, InvalidParameterException } from "./errors.ts";

const NAME = /^[A-Za-z0-9_-]{1,255}$/;

/** Letters, digits, underscores and hyphens, 1 to 255: clusters, families, containers, volumes. */
export const isName = (text: string): boolean => NAME.test(text);

const inScope = (arn: { readonly account: string; readonly region: string }, scope: Scope): boolean =>
  arn.account === scope.account && arn.region === scope.region;

/** What stands after `kind/` in an ECS ARN of the scope; the text itself where it is no ARN; `undefined` for another's ARN. */
const afterKind = (text: string, kind: string, scope: Scope): string | undefined => {
  if (!text.startsWith("arn:")) return text;
  const arn = parseArn(text);
  if (arn?.service !== "ecs" || !inScope(arn, scope) || !arn.resource.startsWith(`${kind}/`)) return undefined;
  return arn.resource.slice(kind.length + 1);
};

export const clusterArn = (scope: Scope, name: string): string =>
  formatArn({ ...scope, service: "ecs", resource: `cluster/${name}` });

/**
 * The cluster's name in a name or ARN; `default` where absent.
 * Throws InvalidParameterException where the text can be neither.
 */
export const clusterName = (reference: string | undefined, scope: Scope): string => {
  const name = afterKind(reference || "default", "cluster", scope);
  if (name === undefined || !isName(name)) throw new InvalidParameterException("Invalid identifier: cluster.");
  return name;
};

/** The capacity provider's name in a name or ARN; `undefined` where the text can be neither, and for an ARN of another account or region. */
export const capacityProviderName = (text: string, scope: Scope): string | undefined => {
  const name = afterKind(text, "capacity-provider", scope);
  return name !== undefined && isName(name) ? name : undefined;
};

/** The long form, with the cluster's name in it. */
export const taskArn = (scope: Scope, cluster: string, id: string): string =>
  formatArn({ ...scope, service: "ecs", resource: `task/${cluster}/${id}` });

export const containerInstanceArn = (scope: Scope, cluster: string, instanceId: string): string =>
  formatArn({ ...scope, service: "ecs", resource: `container-instance/${cluster}/${instanceId}` });

export const containerArn = (scope: Scope, cluster: string, task: string, containerId: string): string =>
  formatArn({ ...scope, service: "ecs", resource: `container/${cluster}/${task}/${containerId}` });

/**
 * The 32 digits in an id, a short ARN (`task/ID`) or a long one (`task/CLUSTER/ID`). `undefined`: well formed, but of
 * another account or region, so not to be found here. Throws InvalidParameterException for what is no identifier,
 * and for the ARN of another cluster.
 */
const hexIdOf = (text: string, kind: string, words: string, scope: Scope, cluster: string): string | undefined => {
  const rest = afterKind(text, kind, scope);
  if (rest === undefined) {
    if (parseArn(text)?.resource.startsWith(`${kind}/`)) return undefined;
    throw new InvalidParameterException(words);
  }
  const [first = "", second] = rest.split("/");
  if (second !== undefined && first !== cluster)
    throw new InvalidParameterException(
      `Invalid identifier: Identifier is for cluster ${first}. Your cluster is ${cluster}`,
    );
  const id = second ?? first;
  // Not only hexadecimal ids are well formed: an identifier nobody has is MISSING, not malformed.
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(id)) throw new InvalidParameterException(words);
  return id;
};

/** The task's id in an id or ARN; `undefined` for an ARN of another account or region. Throws InvalidParameterException. */
export const taskIdOf = (text: string, scope: Scope, cluster: string): string | undefined =>
  hexIdOf(text, "task", "Task Identifier is invalid", scope, cluster);

/** The container instance's id in an id or ARN; `undefined` for an ARN of another account or region. Throws InvalidParameterException. */
export const containerInstanceIdOf = (text: string, scope: Scope, cluster: string): string | undefined =>
  hexIdOf(text, "container-instance", "Container instance identifier is invalid", scope, cluster);

export const taskDefinitionArn = (scope: Scope, family: string, revision: number): string =>
  formatArn({ ...scope, service: "ecs", resource: `task-definition/${family}:${revision}` });

export interface TaskDefinitionReference {
  readonly family: string;
  /** Absent: the latest ACTIVE one. */
  readonly revision?: number;
}

/**
 * `family`, `family:revision` or an ARN taken apart; `undefined` for the ARN of another account or region.
 * Throws ClientException where the text can be none of them.
 */
export const taskDefinitionReference = (text: string, scope: Scope): TaskDefinitionReference | undefined => {
  const rest = afterKind(text, "task-definition", scope);
  if (rest === undefined) {
    if (parseArn(text)?.resource.startsWith("task-definition/")) return undefined;
    throw new ClientException("Invalid identifier: task definition.");
  }
  const [family = "", revision, ...more] = rest.split(":");
  if (!isName(family) || more.length > 0)
    throw new ClientException(`Unable to parse task definition identifier: ${text}`);
  if (revision === undefined) return { family };
  if (!/^[1-9][0-9]{0,9}$/.test(revision)) throw new ClientException(`Invalid revision number. Number: ${revision}`);
  return { family, revision: Number(revision) };
};

import { createHash } from "node:crypto";
import { formatArn, parseArn } from "../../../kernel/arn.ts";
import type { Scope } from "../../../kernel/scope.ts";
import { InvalidParameterException, ResourceNotFoundException } from "../errors.ts";
import { isName } from "../identifiers.ts";
import type { ServiceRecord } from "./records.ts";

type Named = Pick<ServiceRecord, "account" | "region" | "cluster" | "name">;

export const serviceArn = ({ cluster, name, ...scope }: Named): string => arnOf(scope, `service/${cluster}/${name}`);

export const serviceDeploymentArn = ({ cluster, name, ...scope }: Named, id: string): string =>
  arnOf(scope, `service-deployment/${cluster}/${name}/${id}`);

export const serviceRevisionArn = ({ cluster, name, ...scope }: Named, id: string): string =>
  arnOf(scope, `service-revision/${cluster}/${name}/${id}`);

const arnOf = ({ account, region }: Scope, resource: string): string =>
  formatArn({ account, region, service: "ecs", resource });

/**
 * The service's name in a name, a short ARN (`service/NAME`) or a long one (`service/CLUSTER/NAME`); `undefined` for one that cannot be of this
 * cluster. Throws InvalidParameterException for the ARN of another cluster, and for what is no identifier.
 */
export const serviceNameOf = (text: string, scope: Scope, cluster: string): string | undefined => {
  if (!text.startsWith("arn:")) {
    if (isName(text)) return text;
    throw new InvalidParameterException("Invalid identifier: service.");
  }
  const arn = parseArn(text);
  const [kind, first = "", second] = arn?.resource.split("/") ?? [];
  if (arn?.service !== "ecs" || kind !== "service") throw new InvalidParameterException("Invalid identifier: service.");
  if (second !== undefined && first !== cluster)
    throw new InvalidParameterException(
      `Invalid identifier: Identifier is for cluster ${first}. Your cluster is ${cluster}`,
    );
  return arn.account === scope.account && arn.region === scope.region ? (second ?? first) : undefined;
};

/** Cluster, service and id in the ARN of a service's deployment or revision. Throws InvalidParameterException and ResourceNotFoundException. */
export const partOfService = (
  text: string,
  kind: "service-deployment" | "service-revision",
  scope: Scope,
): { readonly cluster: string; readonly name: string; readonly id: string } => {
  const arn = parseArn(text);
  const [found, cluster = "", name = "", id] = arn?.resource.split("/") ?? [];
  if (arn?.service !== "ecs" || found !== kind || id === undefined)
    throw new InvalidParameterException(`Invalid identifier: ${text} is no ARN of a ${kind.replace("-", " ")}.`);
  if (arn.account !== scope.account || arn.region !== scope.region)
    throw new ResourceNotFoundException(`The specified ${kind.replace("-", " ")} does not exist: ${text}.`);
  return { cluster, name, id };
};

/** Nineteen digits that always are the same for the same parts, as ECS numbers deployments and revisions. */
export const digitsOf = (...parts: readonly string[]): string => {
  const hex = createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
  return (BigInt(`0x${hex}`) % 10n ** 19n).toString().padStart(19, "1");
};

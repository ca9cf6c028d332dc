import type { Scope } from "./scope.ts";

/** An ARN taken apart; `resource` is everything after the account, `task/default/0123…` or `role/name`. */
export interface Arn extends Scope {
  readonly service: string;
  readonly resource: string;
}

/** `arn:aws:ecs:us-east-1:000000000000:cluster/default`. */
export const formatArn = ({ service, region, account, resource }: Arn): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** The parts of an ARN, or `undefined` where the text is none. */
export const parseArn = (text: string): Arn | undefined => {
  const [prefix, partition, service, region, account, ...resource] = text.split(":");
  if (prefix !== "arn" || !partition || !service || region === undefined || account === undefined) return undefined;
  if (resource.length === 0) return undefined;
  return { service, region, account, resource: resource.join(":") };
};

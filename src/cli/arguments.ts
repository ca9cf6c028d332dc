import { InvalidArgumentError } from "commander";

/** Reads an option that takes a whole number. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`give a whole number from ${least} to ${most}.`);
  };

/** Reads an option that may be given many times: each is read by `read` and added. */
export const many =
  <Value>(read: (text: string) => Value) =>
  (text: string, before: readonly Value[] = []): Value[] => [...before, read(text)];

/** `NAME=VALUE`; the value may contain more equals signs. */
export const nameAndValue = (text: string): readonly [name: string, value: string] => {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new InvalidArgumentError("give NAME=VALUE.");
};

export interface PortMapping {
  /** 0: the host chooses one. */
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: "tcp" | "udp";
}

/** `80`, `8080:80`, `5353:53/udp`. */
export const portMapping = (text: string): PortMapping => {
  const parsed = /^(?:(\d{1,5}):)?(\d{1,5})(?:\/(tcp|udp))?$/.exec(text);
  const hostPort = Number(parsed?.[1] ?? 0);
  const containerPort = Number(parsed?.[2] ?? 0);
  if (!parsed || containerPort < 1 || containerPort > 65_535 || hostPort > 65_535) {
    throw new InvalidArgumentError("give CONTAINER_PORT or HOST_PORT:CONTAINER_PORT, with /udp where it is not tcp.");
  }
  return { hostPort, containerPort, protocol: parsed[3] === "udp" ? "udp" : "tcp" };
};

const members = (text: string): Record<string, string> =>
  Object.fromEntries(text.split(/,(?=(?:type|field|expression)=)/).map(nameAndValue));

export type ConstraintOption = { readonly type: "distinctInstance" | "memberOf"; readonly expression?: string };

/** `distinctInstance`, an expression of the cluster query language, or AWS's `type=memberOf,expression=…`. */
export const constraint = (text: string): ConstraintOption => {
  if (text === "distinctInstance" || text === "type=distinctInstance") return { type: "distinctInstance" };
  const expression = text.startsWith("type=") ? members(text).expression : text.replace(/^memberOf:/, "");
  if (expression && (!text.startsWith("type=") || members(text).type === "memberOf"))
    return { type: "memberOf", expression };
  throw new InvalidArgumentError(
    "give distinctInstance, or an expression such as 'attribute:ecs.availability-zone == us-east-1a'.",
  );
};

export type StrategyOption = { readonly type: "random" | "spread" | "binpack"; readonly field?: string };

/** `random`, `spread:FIELD`, `binpack:cpu`, `binpack:memory`, or AWS's `type=spread,field=instanceId`. */
export const strategy = (text: string): StrategyOption => {
  const given = text.startsWith("type=")
    ? members(text)
    : { type: text.split(":")[0], field: text.split(":").slice(1).join(":") };
  const { type, field } = given;
  if (type === "random" && !field) return { type };
  if (type === "binpack" && (field === "cpu" || field === "memory")) return { type, field };
  if (type === "spread" && field) return { type, field };
  throw new InvalidArgumentError(
    "give random, binpack:cpu, binpack:memory, or spread:FIELD such as spread:instanceId or spread:attribute:NAME.",
  );
};

import type { HostView } from "../host.ts";
import { type Comparison, type FieldName, type Operator, type Query, SUBJECTS, type ValueKind } from "./query.ts";
import { matchesRegex } from "./regex-match.ts";
import { parseDate } from "./values.ts";

/** What a query looks at of a host. */
export type QueriedHost = Pick<
  HostView,
  "attributes" | "ec2InstanceId" | "engineVersion" | "health" | "ledger" | "registeredAt"
>;

/** What a host answers to a subject; several for its tasks' groups. A Berth host's engine is its agent. */
const READ: Readonly<Record<FieldName, (host: QueriedHost) => readonly string[]>> = {
  agentConnected: ({ health }) => [String(health === "CONNECTED")],
  agentVersion: ({ engineVersion }) => [engineVersion],
  ec2InstanceId: ({ ec2InstanceId }) => [ec2InstanceId],
  registeredAt: ({ registeredAt }) => [new Date(registeredAt).toISOString()],
  runningTasksCount: ({ ledger }) => [String(ledger.runningTasks)],
  "task:group": ({ ledger }) => Object.keys(ledger.groups).filter((group) => ledger.groups[group]! > 0),
};

const valuesOf = ({ subject }: Comparison, host: QueriedHost): readonly string[] => {
  if (subject.field !== "attribute") return READ[subject.field](host);
  return Object.hasOwn(host.attributes, subject.name) ? [host.attributes[subject.name]!] : [];
};

const versionParts = (version: string): number[] =>
  (/^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "0").split(".").map(Number);

const compareVersions = (a: string, b: string): number => {
  const [left, right] = [versionParts(a), versionParts(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Equal only where it is the same text; in order as numbers where both are numbers. */
const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  const difference = a.trim() === "" || b.trim() === "" ? Number.NaN : Number(a) - Number(b);
  if (difference) return difference;
  return a < b ? -1 : 1;
};

const COMPARE: Readonly<Record<ValueKind, (a: string, b: string) => number>> = {
  text: compareText,
  boolean: compareText,
  integer: (a, b) => Number(a) - Number(b),
  version: compareVersions,
  date: (a, b) => parseDate(a)! - parseDate(b)!,
};

const ORDER: Readonly<Partial<Record<Operator, (difference: number) => boolean>>> = {
  "==": (difference) => difference === 0,
  in: (difference) => difference === 0,
  ">": (difference) => difference > 0,
  ">=": (difference) => difference >= 0,
  "<": (difference) => difference < 0,
  "<=": (difference) => difference <= 0,
};

/** An operator that says the contrary of another. */
const CONTRARY: Readonly<Partial<Record<Operator, Operator>>> = { "!=": "==", "!in": "in", "!~": "=~" };

const holdsForAny = ({ subject, values, regex }: Comparison, operator: Operator, found: readonly string[]): boolean => {
  if (regex !== undefined) return found.some((value) => matchesRegex(regex, value));
  const compare = COMPARE[SUBJECTS[subject.field].values];
  const holds = ORDER[operator];
  return found.some((value) => values.some((wanted) => holds?.(compare(value, wanted)) ?? false));
};

const compares = (comparison: Comparison, host: QueriedHost): boolean => {
  const { operator, subject } = comparison;
  const found = valuesOf(comparison, host);
  if (operator === "exists" || operator === "!exists") return found.length > 0 === (operator === "exists");
  const contrary = CONTRARY[operator];
  if (contrary === undefined) return holdsForAny(comparison, operator, found);
  // `attribute:stack != prod` selects instances that bear the attribute with another value, says ECS's guide; a host without tasks is in no group.
  return (subject.field !== "attribute" || found.length > 0) && !holdsForAny(comparison, contrary, found);
};

/** Whether a host is among those that the query selects. */
export const matchesQuery = (query: Query, host: QueriedHost): boolean => {
  switch (query.kind) {
    case "compare":
      return compares(query, host);
    case "not":
      return !matchesQuery(query.query, host);
    case "and":
      return matchesQuery(query.left, host) && matchesQuery(query.right, host);
    case "or":
      return matchesQuery(query.left, host) || matchesQuery(query.right, host);
  }
};

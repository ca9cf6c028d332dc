import type { Regex } from "./regex.ts";

/** How an operator is written in short; the word forms stand in OPERATOR_WORDS. */
export type Operator = "==" | "!=" | ">" | ">=" | "<" | "<=" | "exists" | "!exists" | "in" | "!in" | "=~" | "!~";

/** What a host is asked about, beside its attributes. */
export type FieldName =
  | "agentConnected"
  | "agentVersion"
  | "ec2InstanceId"
  | "registeredAt"
  | "runningTasksCount"
  | "task:group";

export type Subject =
  | { readonly field: FieldName }
  | {
      readonly field: "attribute";
      /** As the host bears it: `ecs.instance-type`. */
      readonly name: string;
    };

/** `subject operator [argument]`. `values` holds one value, those of a list, or none for exists. */
export interface Comparison {
  readonly kind: "compare";
  readonly subject: Subject;
  readonly operator: Operator;
  readonly values: readonly string[];
  /** The pattern of `=~` and `!~`, parsed. */
  readonly regex?: Regex;
}

/** An expression of ECS's cluster query language, parsed. Plain data. */
export type Query =
  | Comparison
  | { readonly kind: "not"; readonly query: Query }
  | { readonly kind: "and" | "or"; readonly left: Query; readonly right: Query };

/** How values of a subject are read and compared. */
export type ValueKind = "text" | "boolean" | "integer" | "version" | "date";

const ORDERED: readonly Operator[] = ["==", "!=", ">", ">=", "<", "<="];
const NAMED: readonly Operator[] = ["==", "!=", "in", "!in", "=~", "!~"];

/**
 * Which operators a subject takes, as the ECS developer guide lists them under "cluster query language".
 * For `task:group` it lists none; order means nothing there.
 */
export const SUBJECTS: Readonly<
  Record<Subject["field"], { readonly values: ValueKind; readonly operators: readonly Operator[] }>
> = {
  agentConnected: { values: "boolean", operators: NAMED },
  agentVersion: { values: "version", operators: ORDERED },
  attribute: { values: "text", operators: [...ORDERED, "exists", "!exists", "in", "!in", "=~", "!~"] },
  ec2InstanceId: { values: "text", operators: NAMED },
  registeredAt: { values: "date", operators: ORDERED },
  runningTasksCount: { values: "integer", operators: ORDERED },
  "task:group": { values: "text", operators: [...NAMED, "exists", "!exists"] },
};

export const OPERATOR_WORDS: Readonly<Record<string, Operator>> = {
  equals: "==",
  not_equals: "!=",
  greater_than: ">",
  greater_than_equal: ">=",
  less_than: "<",
  less_than_equal: "<=",
  exists: "exists",
  not_exists: "!exists",
  in: "in",
  not_in: "!in",
  matches: "=~",
  not_matches: "!~",
};

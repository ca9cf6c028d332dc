import type { Comparison, Query } from "./query.ts";

const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const printComparison = ({ subject, operator, values }: Comparison): string => {
  const name = subject.field === "attribute" ? `attribute:${subject.name}` : subject.field;
  if (operator === "exists" || operator === "!exists") return `${name} ${operator}`;
  if (operator === "in" || operator === "!in") return `${name} ${operator} [${values.map(quote).join(", ")}]`;
  return `${name} ${operator} ${quote(values[0] ?? "")}`;
};

/** A query in its plainest spelling: values quoted, every precedence in parentheses. It parses to the same query again. */
export const printQuery = (query: Query): string => {
  switch (query.kind) {
    case "compare":
      return printComparison(query);
    case "not":
      return `not (${printQuery(query.query)})`;
    case "and":
    case "or":
      return `(${printQuery(query.left)}) ${query.kind} (${printQuery(query.right)})`;
  }
};

import { ApiError } from "../../kernel/errors.ts";

/** The input cannot be read: malformed, or a value of the wrong type. Each protocol has its own name for it. */
export class SerializationException extends ApiError {
  readonly code = "SerializationException";
}

/** The input can be read and breaks what the model demands. The words are those AWS's front ends use. */
export class ValidationException extends ApiError {
  readonly code = "ValidationException";

  constructor(problems: readonly string[]) {
    const count = `${problems.length} validation error${problems.length === 1 ? "" : "s"} detected`;
    super(`${count}: ${problems.join("; ")}`);
  }
}

// AWS names ten at most; a body full of mistakes must not become a longer answer.
const PROBLEMS_TOLD = 10;
const DEPTH_ALLOWED = 64;

/** What decoding found wrong so far: problems are gathered and told together, a wrong type ends it at once. */
export interface Findings {
  readonly problems: string[];
}

/** Decodes with fresh findings and throws a ValidationException if there were any. */
export const withFindings = <Result>(decode: (findings: Findings) => Result): Result => {
  const findings: Findings = { problems: [] };
  const result = decode(findings);
  if (findings.problems.length > 0) throw new ValidationException(findings.problems.slice(0, PROBLEMS_TOLD));
  return result;
};

/** `containerDefinitions.1.member.image`: AWS counts from one and calls an item `member`. */
export const placeOfItem = (place: string, index: number): string => `${place}.${index + 1}.member`;
export const placeOfEntry = (place: string, key: string): string => `${place}.${key}.member`;
export const placeOfMember = (place: string, name: string): string => (place === "" ? name : `${place}.${name}`);

export const noteMissing = (findings: Findings, place: string): void => {
  findings.problems.push(`Value null at '${place}' failed to satisfy constraint: Member must not be null`);
};

/** The value, once it is one of those allowed; otherwise a problem is noted. */
export const checkEnum = (
  oneOf: readonly string[] | undefined,
  value: string,
  place: string,
  findings: Findings,
): string => {
  if (oneOf && !oneOf.includes(value)) {
    const constraint = `Member must satisfy enum value set: [${oneOf.join(", ")}]`;
    findings.problems.push(`Value '${value.slice(0, 200)}' at '${place}' failed to satisfy constraint: ${constraint}`);
  }
  return value;
};

/** A union has exactly one member set. */
export const checkUnion = (name: string, setMembers: number, place: string, findings: Findings): void => {
  if (setMembers === 1) return;
  const constraint = `Member must have exactly one member of ${name} set, not ${setMembers}`;
  findings.problems.push(`Value at '${place}' failed to satisfy constraint: ${constraint}`);
};

/** Shapes may contain themselves: input nested deeper than any real one is refused before it exhausts the stack. */
export const checkDepth = (depth: number, place: string): void => {
  if (depth > DEPTH_ALLOWED) throw new SerializationException(`Nested too deeply at ${place.slice(0, 80)}…`);
};

import { PatternError } from "./errors.ts";

export const OPERATORS = ["!=", "<=", ">=", "=", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

/** What a pattern compares with: `"a text*"`, `word*`, `4.2e3`. */
export interface Literal {
  readonly text: string;
  readonly quoted: boolean;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text is as a whole; `undefined` where it is none. */
const numberOf = (text: string): number | undefined => (NUMBER.test(text) ? Number(text) : undefined);

/** Whether a text is what the pattern says, in which `*` is any characters. */
const isLike = (pattern: string): ((text: string) => boolean) => {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const part of others) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
};

const HOLDS: Readonly<Record<Exclude<Operator, "=" | "!=">, (one: number, other: number) => boolean>> = {
  "<": (one, other) => one < other,
  ">": (one, other) => one > other,
  "<=": (one, other) => one <= other,
  ">=": (one, other) => one >= other,
};

/** A comparison, as a question about a text or a number. Throws PatternError. */
export const comparison = (operator: Operator, { text, quoted }: Literal): ((value: string | number) => boolean) => {
  const number = quoted ? undefined : numberOf(text);
  if (operator === "=" || operator === "!=") {
    const like = isLike(text);
    const isEqual = (value: string | number): boolean =>
      number !== undefined && numberOf(String(value)) === number ? true : like(String(value));
    return operator === "=" ? isEqual : (value) => !isEqual(value);
  }
  if (number === undefined) throw new PatternError(`${operator} compares with a number, not with ${text}`);
  return (value) => {
    const given = numberOf(String(value));
    return given !== undefined && HOLDS[operator](given, number);
  };
};

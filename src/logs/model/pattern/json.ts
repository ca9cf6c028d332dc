import { comparison } from "./compare.ts";
import { PatternError } from "./errors.ts";
import { type Cursor, cursorOver, expression } from "./expression.ts";
import type { Matcher } from "./read-pattern.ts";

type Question = (document: unknown) => boolean;

/** A step of a selector: a member's name, an item's number, or every item or member. */
type Step = string | number | typeof EVERY;
const EVERY = Symbol("every");

const STEP = /\.([\w@-]+)|\.?\[\s*(?:(\d+)|(\*)|"([^"]*)"|'([^']*)')\s*\]|\.(\*)/y;

/** `{ $.user.id = 1 && ($.items[*].name = "a*" || $.error NOT EXISTS) }`, of messages that are JSON. */
export const jsonPattern = (pattern: string): Matcher => {
  const cursor = cursorOver(pattern);
  cursor.expect("{");
  const holds = expression<unknown>(cursor, () => condition(cursor));
  cursor.expect("}");
  if (!cursor.atEnd()) throw new PatternError(`nothing is expected at '${cursor.rest()}'`);
  return (message) => {
    const document = parse(message);
    return document !== undefined && holds(document);
  };
};

/** The object or array that a message is; `undefined` where it is neither. */
const parse = (message: string): unknown => {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
};

const condition = (cursor: Cursor): Question => {
  const steps = selector(cursor);
  const any =
    (asked: (value: unknown) => boolean): Question =>
    (document) =>
      valuesAt(document, steps).some(asked);
  if (cursor.match(/NOT\s+EXISTS\b/iy)) return (document) => valuesAt(document, steps).length === 0;
  if (cursor.match(/EXISTS\b/iy)) return (document) => valuesAt(document, steps).length > 0;
  const is = cursor.match(/IS\s+(NULL|TRUE|FALSE)\b/iy)?.[1];
  if (is !== undefined) {
    const wanted: unknown = JSON.parse(is.toLowerCase());
    return any((value) => value === wanted);
  }
  const operator = cursor.operator();
  if (operator === undefined)
    throw new PatternError(`a comparison, IS NULL, IS TRUE, IS FALSE or NOT EXISTS is expected at '${cursor.rest()}'`);
  const holds = comparison(operator, cursor.literal());
  return any((value) => (typeof value === "string" || typeof value === "number") && holds(value));
};

const selector = (cursor: Cursor): readonly Step[] => {
  cursor.expect("$");
  const steps: Step[] = [];
  for (let found = cursor.match(STEP); found; found = cursor.match(STEP)) {
    const [, name, index, , double, single] = found;
    const member = name ?? double ?? single;
    steps.push(member ?? (index === undefined ? EVERY : Number(index)));
  }
  if (steps.length === 0) throw new PatternError(`a selector such as $.name is expected at '$${cursor.rest()}'`);
  return steps;
};

const valuesAt = (document: unknown, steps: readonly Step[]): unknown[] =>
  steps.reduce<unknown[]>((values, step) => values.flatMap((value) => valuesOfStep(value, step)), [document]);

const valuesOfStep = (value: unknown, step: Step): unknown[] => {
  if (typeof value !== "object" || value === null) return [];
  if (step === EVERY) return Object.values(value);
  return Object.hasOwn(value, step) ? [(value as Record<string | number, unknown>)[step]] : [];
};

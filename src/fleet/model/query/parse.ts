import { type Cursor, expected, QuerySyntaxError, take, takeNext } from "./cursor.ts";
import {
  type Comparison,
  type FieldName,
  OPERATOR_WORDS,
  type Operator,
  type Query,
  SUBJECTS,
  type Subject,
} from "./query.ts";
import { parseRegex, RegexSyntaxError } from "./regex-parse.ts";
import { checkValue, readList, readPattern, readValue } from "./values.ts";

/** A query, or where it does not parse: `position` is a column and counts from 1. */
export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly position: number; readonly message: string };

/** ECS's limit for an expression, in characters. */
const MAX_LENGTH = 2000;

const SUBJECT_HINT = `a subject (attribute:NAME, ${Object.keys(SUBJECTS)
  .filter((field) => field !== "attribute")
  .join(", ")})`;

const readSubject = (cursor: Cursor): Subject => {
  take(cursor, /\s+/y);
  if (take(cursor, /attribute:/y) !== undefined) {
    return { field: "attribute", name: take(cursor, /[\w./\\-]+/y) ?? expected(cursor, "an attribute's name") };
  }
  const start = cursor.at;
  const word = take(cursor, /[\w:]+/y);
  if (word !== undefined && word !== "attribute" && Object.hasOwn(SUBJECTS, word)) return { field: word as FieldName };
  cursor.at = start;
  return expected(cursor, SUBJECT_HINT);
};

const SYMBOL = /==|!=|>=|<=|=~|!~|>|<|!(?:in|exists)(?!\w)/y;

const readOperator = (cursor: Cursor, subject: Subject): Operator => {
  take(cursor, /\s+/y);
  const start = cursor.at;
  const symbol = take(cursor, SYMBOL) as Operator | undefined;
  const word = symbol === undefined ? take(cursor, /[a-z_]+(?!\w)/y) : undefined;
  const operator =
    symbol ?? (word !== undefined && Object.hasOwn(OPERATOR_WORDS, word) ? OPERATOR_WORDS[word] : undefined);
  const { operators } = SUBJECTS[subject.field];
  if (operator !== undefined && operators.includes(operator)) return operator;
  cursor.at = start;
  const wanted = operator === undefined ? "an operator" : `an operator that ${subject.field} takes`;
  return expected(cursor, `${wanted} (${operators.join(", ")})`);
};

const readRegex = (cursor: Cursor): Pick<Comparison, "values" | "regex"> => {
  const { source, at } = readPattern(cursor);
  try {
    return { values: [source], regex: parseRegex(source) };
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw new QuerySyntaxError(at + error.at, `in the regular expression: ${error.message}`);
  }
};

const readOne = (cursor: Cursor, subject: Subject): Pick<Comparison, "values"> => {
  take(cursor, /\s+/y);
  const start = cursor.at;
  const value = readValue(cursor);
  checkValue(SUBJECTS[subject.field].values, value, start);
  return { values: [value] };
};

const readMany = (cursor: Cursor, subject: Subject): Pick<Comparison, "values"> => {
  take(cursor, /\s+/y);
  const start = cursor.at;
  const values = readList(cursor);
  for (const value of values) checkValue(SUBJECTS[subject.field].values, value, start);
  return { values };
};

type ArgumentReader = (cursor: Cursor, subject: Subject) => Pick<Comparison, "values" | "regex">;

/** What follows an operator; those not named take one value. */
const ARGUMENTS: Readonly<Partial<Record<Operator, ArgumentReader>>> = {
  exists: () => ({ values: [] }),
  "!exists": () => ({ values: [] }),
  in: readMany,
  "!in": readMany,
  "=~": readRegex,
  "!~": readRegex,
};

const readComparison = (cursor: Cursor): Query => {
  const subject = readSubject(cursor);
  const operator = readOperator(cursor, subject);
  return { kind: "compare", subject, operator, ...(ARGUMENTS[operator] ?? readOne)(cursor, subject) };
};

const readUnary = (cursor: Cursor): Query => {
  if (takeNext(cursor, /!|not(?!\w)/y) !== undefined) return { kind: "not", query: readUnary(cursor) };
  if (takeNext(cursor, /\(/y) === undefined) return readComparison(cursor);
  const query = readOr(cursor);
  if (takeNext(cursor, /\)/y) === undefined) return expected(cursor, '"and", "or" or ")"');
  return query;
};

const readJoined =
  (kind: "and" | "or", joint: RegExp, readPart: (cursor: Cursor) => Query) =>
  (cursor: Cursor): Query => {
    let query = readPart(cursor);
    while (takeNext(cursor, joint) !== undefined) query = { kind, left: query, right: readPart(cursor) };
    return query;
  };

// "and" binds closer than "or", as everywhere; AWS names no other rule.
const readAnd = readJoined("and", /&&|and(?!\w)/y, readUnary);
const readOr = readJoined("or", /\|\||or(?!\w)/y, readAnd);

const readWhole = (cursor: Cursor): Query => {
  if (cursor.text.length > MAX_LENGTH) {
    throw new QuerySyntaxError(MAX_LENGTH, `an expression has at most ${MAX_LENGTH} characters`);
  }
  const query = readOr(cursor);
  take(cursor, /\s+/y);
  return cursor.at === cursor.text.length ? query : expected(cursor, '"and", "or" or the end');
};

/** Reads an expression of ECS's cluster query language. Never throws. */
export const parseQuery = (text: string): ParsedQuery => {
  try {
    return { ok: true, query: readWhole({ text, at: 0 }) };
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    return { ok: false, position: error.at + 1, message: `${error.message} at column ${error.at + 1}` };
  }
};

import { type Cursor, expected, QuerySyntaxError, take } from "./cursor.ts";
import type { ValueKind } from "./query.ts";

/** A bare value ends where an operator, a list or a parenthesis could begin. */
const BARE = /(?:(?!&&|\|\|)[^\s,[\]()'"=!<>~])+/y;

/** A quoted value, in which a doubled quote stands for one and a backslash for itself: regular expressions need it. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"/y;

const unquote = (quoted: string): string => {
  const quote = quoted[0]!;
  return quoted.slice(1, -1).replaceAll(quote + quote, quote);
};

const readQuoted = (cursor: Cursor): string | undefined => {
  const opens = cursor.text[cursor.at];
  if (opens !== "'" && opens !== '"') return undefined;
  const quoted = take(cursor, QUOTED);
  if (quoted === undefined) throw new QuerySyntaxError(cursor.at, `the quote ${opens} is never closed`);
  return unquote(quoted);
};

/** Reads `t2.small`, `'with spaces'` or `"it's"`. */
export const readValue = (cursor: Cursor): string => {
  take(cursor, /\s+/y);
  return readQuoted(cursor) ?? take(cursor, BARE) ?? expected(cursor, "a value");
};

/** Reads `[a, 'b c', d]`. */
export const readList = (cursor: Cursor): string[] => {
  take(cursor, /\s+/y);
  if (take(cursor, /\[/y) === undefined) return expected(cursor, '"[" and a list of values');
  const values = [readValue(cursor)];
  while (take(cursor, /\s*,/y) !== undefined) values.push(readValue(cursor));
  take(cursor, /\s+/y);
  if (take(cursor, /\]/y) === undefined) return expected(cursor, '"," or "]"');
  return values;
};

/** Where a bare pattern ends: at white space, or at a `)`, `&&` or `||` that is not the pattern's own. */
const barePatternEnd = (text: string, from: number): number => {
  let open = 0;
  let inClass = false;
  let at = from;
  for (; at < text.length && !/\s/.test(text[at]!); at++) {
    const char = text[at]!;
    if (char === "\\") at++;
    else if (inClass) inClass = char !== "]";
    else if (char === "[") inClass = true;
    else if (char === "(") open++;
    else if (char === ")" && open === 0) break;
    else if (char === ")") open--;
    else if (open === 0 && (text.startsWith("&&", at) || text.startsWith("||", at))) break;
  }
  return Math.min(at, text.length);
};

/** Reads a regular expression, bare (`us-east-1[ab]`) or quoted. `at` is where its first character stands. */
export const readPattern = (cursor: Cursor): { source: string; at: number } => {
  take(cursor, /\s+/y);
  const start = cursor.at;
  const quoted = readQuoted(cursor);
  if (quoted !== undefined) return { source: quoted, at: start + 1 };
  cursor.at = barePatternEnd(cursor.text, start);
  if (cursor.at === start) return expected(cursor, "a regular expression");
  return { source: cursor.text.slice(start, cursor.at), at: start };
};

const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const SHORT_ZONE = /([+-]\d\d)(\d\d)$/;

/**
 * Milliseconds since 1970 of `2018-06-18`, `2018-06-18T22:28`, `2018-06-18T22:28:28`, `…Z`, `…+00:00` or `…+0000`; UTC where no zone is named.
 * `undefined` for anything else.
 */
export const parseDate = (text: string): number | undefined => {
  if (!DATE.test(text)) return undefined;
  const zoned = /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes("T") ? text : `${text}Z`;
  const at = Date.parse(zoned.replace(SHORT_ZONE, "$1:$2"));
  return Number.isNaN(at) ? undefined : at;
};

/** What a value of that kind must look like, and how it is called. */
const VALUE_RULES: Readonly<Record<ValueKind, { readonly name: string; readonly fits: (text: string) => boolean }>> = {
  text: { name: "a value", fits: () => true },
  boolean: { name: "true or false", fits: (text) => text === "true" || text === "false" },
  integer: { name: "a whole number", fits: (text) => /^\d{1,15}$/.test(text) },
  version: { name: "a version such as 1.14.5", fits: (text) => /^v?\d+(\.\d+)*([-+.~]\S*)?$/.test(text) },
  date: {
    name: "a date such as 2018-06-18 or 2018-06-18T22:28:28Z",
    fits: (text) => parseDate(text) !== undefined,
  },
};

/** Refuses a value that its subject cannot have. `at` is where it stands. */
export const checkValue = (kind: ValueKind, value: string, at: number): void => {
  const rule = VALUE_RULES[kind];
  if (!rule.fits(value)) throw new QuerySyntaxError(at, `expected ${rule.name}, found "${value.slice(0, 40)}"`);
};

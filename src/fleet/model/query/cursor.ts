/** Where reading stands in a query's text. `at` counts from 0 and grows. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** Stops the parse; only `parseQuery` sees it. `at` counts from 0. */
export class QuerySyntaxError extends Error {
  override readonly name = "QuerySyntaxError";
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** What stands at the cursor, for an error's "found …". */
const foundAt = ({ text, at }: Cursor): string => {
  const rest = text.slice(at);
  if (rest === "") return "the end";
  return `"${/^[\w:.@/\\*+-]+/.exec(rest)?.[0].slice(0, 40) ?? rest[0]}"`;
};

/** Ends the parse at the cursor. */
export const expected = (cursor: Cursor, what: string): never => {
  throw new QuerySyntaxError(cursor.at, `expected ${what}, found ${foundAt(cursor)}`);
};

/** Reads what the sticky expression matches here, or nothing. */
export const take = (cursor: Cursor, sticky: RegExp): string | undefined => {
  sticky.lastIndex = cursor.at;
  const found = sticky.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
};

/** Passes over white space, then reads as `take` does. */
export const takeNext = (cursor: Cursor, sticky: RegExp): string | undefined => {
  take(cursor, /\s+/y);
  return take(cursor, sticky);
};

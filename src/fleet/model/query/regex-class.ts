import { CLASS_ESCAPES, type CodeRange, type Pattern } from "./regex.ts";

/** Where reading stands in a pattern's text. */
export interface RegexCursor {
  readonly text: string;
  at: number;
}

/** A pattern that does not parse; `at` counts from 0. */
export class RegexSyntaxError extends Error {
  override readonly name = "RegexSyntaxError";
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Ends the parse at the cursor. */
export const refuse = ({ at }: RegexCursor, message: string): never => {
  throw new RegexSyntaxError(at, message);
};

/** What a backslash and the character after it stand for. Letters without an agreed meaning are refused. */
const escapedRanges = (cursor: RegexCursor): readonly CodeRange[] => {
  const char = cursor.text[cursor.at + 1];
  if (char === undefined) return refuse(cursor, "nothing follows the backslash");
  const known = Object.hasOwn(CLASS_ESCAPES, char) ? CLASS_ESCAPES[char] : undefined;
  if (!known && /[A-Za-z0-9]/.test(char)) return refuse(cursor, `\\${char} is not supported`);
  cursor.at += 2;
  return known ?? [[char.charCodeAt(0), char.charCodeAt(0)]];
};

/** Reads `\d`, `\.`, `\b`, … outside brackets. */
export const readEscape = (cursor: RegexCursor): Pattern => {
  const char = cursor.text[cursor.at + 1];
  if (char !== "b" && char !== "B") return { kind: "set", negated: false, ranges: escapedRanges(cursor) };
  cursor.at += 2;
  return { kind: "at", where: char === "b" ? "word" : "no-word" };
};

const readMember = (cursor: RegexCursor): readonly CodeRange[] => {
  const char = cursor.text[cursor.at]!;
  if (char === "\\") return escapedRanges(cursor);
  // Java reads these as union and intersection of classes, others as characters.
  if (char === "[" || cursor.text.startsWith("&&", cursor.at)) {
    return refuse(cursor, `classes inside classes are not supported; write \\${char} for the character`);
  }
  cursor.at++;
  return [[char.charCodeAt(0), char.charCodeAt(0)]];
};

const readRange = (cursor: RegexCursor): readonly CodeRange[] => {
  const start = cursor.at;
  const from = readMember(cursor);
  const next = cursor.text[cursor.at + 1];
  if (cursor.text[cursor.at] !== "-" || next === undefined || next === "]") return from;
  cursor.at++;
  const to = readMember(cursor);
  const [first, last] = [from[0]![0], to[0]![1]];
  if (from.length > 1 || to.length > 1 || first !== from[0]![1] || last !== to[0]![0] || last < first) {
    return refuse({ ...cursor, at: start }, "the range's ends are not two characters in order");
  }
  return [[first, last]];
};

/** Reads `[a-z_]` or `[^…]`. */
export const parseClass = (cursor: RegexCursor): Pattern => {
  const opened = cursor.at++;
  const negated = cursor.text[cursor.at] === "^";
  if (negated) cursor.at++;
  const ranges: CodeRange[] = [];
  while (cursor.at < cursor.text.length && cursor.text[cursor.at] !== "]") ranges.push(...readRange(cursor));
  if (cursor.text[cursor.at] !== "]") return refuse({ ...cursor, at: opened }, '"[" is never closed');
  if (ranges.length === 0) return refuse({ ...cursor, at: opened }, "the class is empty");
  cursor.at++;
  return { kind: "set", negated, ranges };
};

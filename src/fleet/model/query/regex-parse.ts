import type { Pattern, Regex } from "./regex.ts";
import { parseClass, type RegexCursor, readEscape, refuse } from "./regex-class.ts";

export { RegexSyntaxError } from "./regex-class.ts";

/** How much a pattern may unfold to, so that none is slow: `(a{100}){100}` is refused. */
const MAX_WEIGHT = 2000;

const weightOf = (pattern: Pattern): number => {
  if (pattern.kind === "sequence" || pattern.kind === "choice") {
    return pattern.items.reduce((sum, item) => sum + weightOf(item), 1);
  }
  if (pattern.kind === "repeat") return weightOf(pattern.item) * Math.max(pattern.min, pattern.max ?? 1, 1);
  return pattern.kind === "ahead" ? 1 + weightOf(pattern.item) : 1;
};

const QUANTIFIERS: Readonly<Record<string, { readonly min: number; readonly max?: number }>> = {
  "*": { min: 0 },
  "+": { min: 1 },
  "?": { min: 0, max: 1 },
};

const readQuantifier = (cursor: RegexCursor): { readonly min: number; readonly max?: number } | undefined => {
  const char = cursor.text[cursor.at] ?? "";
  const plain = QUANTIFIERS[char];
  if (plain) {
    cursor.at++;
    return plain;
  }
  if (char !== "{") return undefined;
  const counted = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(cursor.text.slice(cursor.at));
  if (!counted) return refuse(cursor, '"{" begins a count such as {2}, {2,} or {2,4}; write \\{ for the character');
  const [whole, min, comma, max] = counted;
  if (max !== "" && Number(max) < Number(min)) return refuse(cursor, "the count's bounds are the wrong way round");
  cursor.at += whole.length;
  if (comma === "") return { min: Number(min), max: Number(min) };
  return max === "" ? { min: Number(min) } : { min: Number(min), max: Number(max) };
};

const readRepeated = (cursor: RegexCursor): Pattern => {
  const item = readAtom(cursor);
  const quantifier = readQuantifier(cursor);
  if (!quantifier) return item;
  // Lazy or greedy is the same to a question that is answered by yes or no; possessive is not.
  if (cursor.text[cursor.at] === "?") cursor.at++;
  else if (cursor.text[cursor.at] === "+") refuse(cursor, "possessive quantifiers are not supported");
  if (/[*+?{]/.test(cursor.text[cursor.at] ?? "")) refuse(cursor, "there is nothing to repeat");
  return { kind: "repeat", item, ...quantifier };
};

const readGroup = (cursor: RegexCursor): Pattern => {
  const opened = cursor.at++;
  const special = /^\?(:|=|!|)/.exec(cursor.text.slice(cursor.at));
  if (special?.[1] === "") return refuse(cursor, `only (?:, (?=, (?! and a leading (?i) are supported`);
  cursor.at += special?.[0].length ?? 0;
  const item = readChoice(cursor);
  if (cursor.text[cursor.at] !== ")") return refuse({ ...cursor, at: opened }, '"(" is never closed');
  cursor.at++;
  return special === null || special[1] === ":" ? item : { kind: "ahead", negated: special[1] === "!", item };
};

const single = (char: string): Pattern => ({
  kind: "set",
  negated: false,
  ranges: [[char.charCodeAt(0), char.charCodeAt(0)]],
});

const ATOMS: Readonly<Record<string, (cursor: RegexCursor) => Pattern>> = {
  "(": readGroup,
  "[": parseClass,
  "\\": readEscape,
  ".": (cursor) => {
    cursor.at++;
    return {
      kind: "set",
      negated: true,
      ranges: [
        [10, 10],
        [13, 13],
      ],
    };
  },
  "^": (cursor) => {
    cursor.at++;
    return { kind: "at", where: "start" };
  },
  $: (cursor) => {
    cursor.at++;
    return { kind: "at", where: "end" };
  },
};

const readAtom = (cursor: RegexCursor): Pattern => {
  const char = cursor.text[cursor.at]!;
  if (/[*+?{]/.test(char)) return refuse(cursor, "there is nothing to repeat");
  const read = ATOMS[char];
  if (read) return read(cursor);
  cursor.at++;
  return single(char);
};

const readSequence = (cursor: RegexCursor): Pattern => {
  const items: Pattern[] = [];
  while (cursor.at < cursor.text.length && !/[|)]/.test(cursor.text[cursor.at]!)) items.push(readRepeated(cursor));
  return items.length === 1 ? items[0]! : { kind: "sequence", items };
};

const readChoice = (cursor: RegexCursor): Pattern => {
  const items = [readSequence(cursor)];
  while (cursor.text[cursor.at] === "|") {
    cursor.at++;
    items.push(readSequence(cursor));
  }
  return items.length === 1 ? items[0]! : { kind: "choice", items };
};

/**
 * Reads the part of Java's regular expressions whose meaning is certain; all else is refused, never read as something else.
 * @throws RegexSyntaxError with the place, counted from 0.
 */
export const parseRegex = (text: string): Regex => {
  const ignoreCase = text.startsWith("(?i)");
  const cursor = { text, at: ignoreCase ? 4 : 0 };
  const pattern = readChoice(cursor);
  if (cursor.at < text.length) refuse(cursor, '")" was never opened');
  if (weightOf(pattern) > MAX_WEIGHT) refuse({ text, at: 0 }, "the pattern repeats too much");
  return { ignoreCase, pattern };
};

/** Character codes, both ends included. */
export type CodeRange = readonly [from: number, to: number];

/** A regular expression as a tree. Plain data. */
export type Pattern =
  | { readonly kind: "set"; readonly negated: boolean; readonly ranges: readonly CodeRange[] }
  | { readonly kind: "sequence" | "choice"; readonly items: readonly Pattern[] }
  /** `max` is absent where there is no bound. */
  | { readonly kind: "repeat"; readonly item: Pattern; readonly min: number; readonly max?: number }
  | { readonly kind: "at"; readonly where: "start" | "end" | "word" | "no-word" }
  | { readonly kind: "ahead"; readonly negated: boolean; readonly item: Pattern };

/** A whole regular expression; `ignoreCase` where it begins with `(?i)`. */
export interface Regex {
  readonly ignoreCase: boolean;
  readonly pattern: Pattern;
}

const complement = (ranges: readonly CodeRange[]): CodeRange[] => {
  const gaps: CodeRange[] = [];
  let from = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start > from) gaps.push([from, start - 1]);
    from = Math.max(from, end + 1);
  }
  return from > 0xffff ? gaps : [...gaps, [from, 0xffff]];
};

const DIGITS: readonly CodeRange[] = [[48, 57]];
export const WORD: readonly CodeRange[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: readonly CodeRange[] = [
  [9, 13],
  [32, 32],
];

/** What `\d`, `\w`, … stand for. */
export const CLASS_ESCAPES: Readonly<Record<string, readonly CodeRange[]>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
  t: [[9, 9]],
  n: [[10, 10]],
  f: [[12, 12]],
  r: [[13, 13]],
};

import { type CodeRange, type Pattern, type Regex, WORD } from "./regex.ts";

interface Subject {
  readonly text: string;
  readonly ignoreCase: boolean;
}

/** Places in a text, counted from 0; the text's length is the end. */
type Places = ReadonlySet<number>;

const inRanges = (ranges: readonly CodeRange[], code: number): boolean =>
  ranges.some(([from, to]) => code >= from && code <= to);

const isInSet = (ranges: readonly CodeRange[], char: string, ignoreCase: boolean): boolean =>
  inRanges(ranges, char.charCodeAt(0)) ||
  (ignoreCase &&
    (inRanges(ranges, char.toLowerCase().charCodeAt(0)) || inRanges(ranges, char.toUpperCase().charCodeAt(0))));

const isWordAt = (text: string, at: number): boolean =>
  at >= 0 && at < text.length && inRanges(WORD, text.charCodeAt(at));

const HOLDS_AT: Readonly<Record<"start" | "end" | "word" | "no-word", (text: string, at: number) => boolean>> = {
  start: (_, at) => at === 0,
  end: (text, at) => at === text.length,
  word: (text, at) => isWordAt(text, at - 1) !== isWordAt(text, at),
  "no-word": (text, at) => isWordAt(text, at - 1) === isWordAt(text, at),
};

const filterPlaces = (places: Places, keeps: (at: number) => boolean): Places => new Set([...places].filter(keeps));

const repeatedEnds = (item: Pattern, min: number, max: number, subject: Subject, starts: Places): Places => {
  let frontier = starts;
  for (let done = 0; done < min; done++) frontier = endsOf(item, subject, frontier);
  const all = new Set(frontier);
  for (let done = min; done < max && frontier.size > 0; done++) {
    frontier = filterPlaces(endsOf(item, subject, frontier), (at) => !all.has(at));
    for (const at of frontier) all.add(at);
  }
  return all;
};

/**
 * Where a match can end that begins at any of these places. All ways are followed at once, so no pattern backtracks:
 * `(a+)+` costs as little as `a+`.
 */
const endsOf = (pattern: Pattern, subject: Subject, starts: Places): Places => {
  switch (pattern.kind) {
    case "set": {
      const { text, ignoreCase } = subject;
      const fits = (at: number): boolean =>
        at < text.length && isInSet(pattern.ranges, text[at]!, ignoreCase) !== pattern.negated;
      return new Set([...starts].filter(fits).map((at) => at + 1));
    }
    case "sequence":
      return pattern.items.reduce((places, item) => endsOf(item, subject, places), starts);
    case "choice":
      return new Set(pattern.items.flatMap((item) => [...endsOf(item, subject, starts)]));
    case "repeat":
      return repeatedEnds(pattern.item, pattern.min, pattern.max ?? Number.POSITIVE_INFINITY, subject, starts);
    case "at":
      return filterPlaces(starts, (at) => HOLDS_AT[pattern.where](subject.text, at));
    case "ahead":
      return filterPlaces(starts, (at) => endsOf(pattern.item, subject, new Set([at])).size > 0 !== pattern.negated);
  }
};

/** Whether the whole text matches, as Java's `matches` asks: `g2` does not match `g2.xlarge`, `g2.*` does. */
export const matchesRegex = ({ pattern, ignoreCase }: Regex, text: string): boolean =>
  endsOf(pattern, { text, ignoreCase }, new Set([0])).has(text.length);

import { PatternError } from "./errors.ts";
import type { Matcher } from "./read-pattern.ts";

const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/y;

/**
 * `ERROR "a phrase" -not`: all terms and none that is excluded. `?one ?other`: any of them; beside other terms AWS ignores those with a
 * question mark.
 */
export const termsPattern = (pattern: string): Matcher => {
  const found = { "": [] as string[], "?": [] as string[], "-": [] as string[] };
  TERM.lastIndex = 0;
  while (TERM.lastIndex < pattern.length) {
    const at = TERM.lastIndex;
    const [, sign = "", quoted, bare] = TERM.exec(pattern) ?? [];
    const term = quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
    if (term === undefined)
      throw new PatternError(`a quotation mark is not closed, or stands inside a term, at ${pattern.slice(at)}`);
    if (bare !== undefined) checkBare(bare);
    found[sign as keyof typeof found].push(term);
  }
  const { "": all, "?": any, "-": none } = found;
  const some = all.length + none.length > 0 ? [] : any;
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (some.length === 0 || some.some((term) => message.includes(term)));
};

const checkBare = (term: string): void => {
  if (term.startsWith("%")) throw new PatternError("regular expressions (%…%) are not built in Berth yet.");
  if (!/^[\p{L}\p{N}_]+$/u.test(term))
    throw new PatternError(
      `Invalid character(s) in term '${term}'. A term with anything but letters, digits and underscores stands in double quotes.`,
    );
};

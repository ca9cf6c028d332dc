import { unsatisfied } from "../constraints.ts";
import { InvalidParameterException } from "../errors.ts";
import { PatternError } from "./errors.ts";
import { fieldsPattern } from "./fields.ts";
import { jsonPattern } from "./json.ts";
import { termsPattern } from "./terms.ts";

/** Whether a message matches. */
export type Matcher = (message: string) => boolean;

const MAX_CHARACTERS = 1_024;

/**
 * CloudWatch Logs' filter patterns: terms, `[fields]` split at spaces, and `{ $.json = selectors }`. An empty one matches everything. Throws
 * InvalidParameterException.
 */
export const readPattern = (text: string): Matcher => {
  if (text.length > MAX_CHARACTERS)
    throw unsatisfied("filterPattern", text, `have length less than or equal to ${MAX_CHARACTERS}`);
  const pattern = text.trim();
  try {
    if (pattern.startsWith("{")) return jsonPattern(pattern);
    if (pattern.startsWith("[")) return fieldsPattern(pattern);
    return termsPattern(pattern);
  } catch (error) {
    throw error instanceof PatternError
      ? new InvalidParameterException(`Invalid filter pattern: ${error.message}`)
      : error;
  }
};

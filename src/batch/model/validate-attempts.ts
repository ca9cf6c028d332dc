import type { JobTimeout, RetryStrategy } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";

const MAX_ATTEMPTS = 10;
const MAX_CONDITIONS = 5;
const MAX_PATTERN = 512;

/** A pattern that ends in at most one asterisk, by what it is compared with. */
const PATTERNS = {
  onStatusReason: { form: /^[^*]*\*?$/, words: "text, perhaps with an asterisk at its end" },
  onReason: { form: /^[^*]*\*?$/, words: "text, perhaps with an asterisk at its end" },
  onExitCode: { form: /^\d*\*?$/, words: "digits, perhaps with an asterisk at their end" },
} as const;

/**
 * A retry strategy as it is kept: checked, its actions in capitals. Source of the bounds: RetryStrategy and EvaluateOnExit of
 * Batch's API. Throws ClientException.
 */
export const readRetryStrategy = ({ attempts, evaluateOnExit = [] }: RetryStrategy): RetryStrategy => {
  if (attempts !== undefined && (attempts < 1 || attempts > MAX_ATTEMPTS))
    throw new ClientException(`Retry attempts must be between 1 and ${MAX_ATTEMPTS}, but was ${attempts}.`);
  if (evaluateOnExit.length > 0 && attempts === undefined)
    throw new ClientException("attempts must be specified where evaluateOnExit is.");
  if (evaluateOnExit.length > MAX_CONDITIONS)
    throw new ClientException(
      `evaluateOnExit has at most ${MAX_CONDITIONS} entries, but had ${evaluateOnExit.length}.`,
    );
  return {
    attempts: attempts ?? 1,
    evaluateOnExit: evaluateOnExit.map((entry) => {
      const action = String(entry.action ?? "").toUpperCase();
      if (action !== "RETRY" && action !== "EXIT")
        throw new ClientException(`action of evaluateOnExit must be RETRY or EXIT, but was ${entry.action}.`);
      const patterns = Object.keys(PATTERNS) as (keyof typeof PATTERNS)[];
      if (patterns.every((name) => !entry[name]))
        throw new ClientException(
          "An entry of evaluateOnExit has one of onStatusReason, onReason and onExitCode at least.",
        );
      for (const name of patterns) checkPattern(name, entry[name] ?? "");
      return { ...entry, action };
    }),
  };
};

const checkPattern = (name: keyof typeof PATTERNS, pattern: string): void => {
  const { form, words } = PATTERNS[name];
  if (pattern.length > MAX_PATTERN) throw new ClientException(`${name} has at most ${MAX_PATTERN} characters.`);
  if (!form.test(pattern)) throw new ClientException(`${name} '${pattern}' must be ${words}.`);
};

/** A timeout, checked against the least that this installation allows (AWS: 60 seconds). Throws ClientException. */
export const readTimeout = ({ attemptDurationSeconds }: JobTimeout, leastSeconds: number): JobTimeout => {
  if (attemptDurationSeconds !== undefined && attemptDurationSeconds < leastSeconds)
    throw new ClientException(
      `attemptDurationSeconds must be at least ${leastSeconds} seconds, but was ${attemptDurationSeconds}.`,
    );
  return { ...(attemptDurationSeconds !== undefined && { attemptDurationSeconds }) };
};

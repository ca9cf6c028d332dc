import type { ExitRule, RetryStrategy } from "./retry-strategy.ts";

/** How an attempt ended: what AWS shows of it, and what the rules of a retry strategy are matched against. */
export interface AttemptEnd {
  readonly exitCode?: number;
  /** Of the container: `OutOfMemoryError: …`. */
  readonly reason?: string;
  /** Of the task: `Essential container in task exited`, `Host EC2 (instance …) terminated.` */
  readonly statusReason: string;
}

/** What follows an attempt's end. */
export type Verdict = "SUCCEEDED" | "FAILED" | "RETRY";

/** Literal, but for one `*` at its end. */
const matches = (pattern: string, text: string): boolean =>
  pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;

/**
 * All that a rule names must match. A reason that is not known counts as empty, so `*` matches it: AWS's guide to retries ends its rules
 * with `onReason: "*"` for all other failures, and most containers that fail have no reason. An exit code that is not known matches nothing.
 */
const applies = ({ onStatusReason, onReason, onExitCode }: ExitRule, end: AttemptEnd): boolean =>
  [
    [onStatusReason, end.statusReason],
    [onReason, end.reason ?? ""],
    [onExitCode, end.exitCode === undefined ? undefined : String(end.exitCode)],
  ].every(([pattern, text]) => pattern === undefined || (text !== undefined && matches(pattern, text)));

/**
 * What follows the end of an attempt (from 1): exit code 0 is success; else the first rule that applies decides, and without one the job
 * is tried again as long as it has attempts. Timeouts, cancels and terminations are no business of this rule: they are never retried.
 */
export const judgeEnd = (strategy: RetryStrategy, attempt: number, end: AttemptEnd): Verdict => {
  if (end.exitCode === 0) return "SUCCEEDED";
  if (attempt >= strategy.attempts) return "FAILED";
  const rule = strategy.evaluateOnExit.find((one) => applies(one, end));
  return rule?.action.toUpperCase() === "EXIT" ? "FAILED" : "RETRY";
};

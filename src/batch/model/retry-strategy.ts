/** One rule of a retry strategy, patterns as they were given. */
export interface ExitRule {
  readonly onStatusReason?: string;
  readonly onReason?: string;
  readonly onExitCode?: string;
  /** Any case. */
  readonly action: string;
}

/** How often a job is tried, and which ends are worth another attempt. */
export interface RetryStrategy {
  /** 1 to 10. */
  readonly attempts: number;
  /** At most five, tried in order. */
  readonly evaluateOnExit: readonly ExitRule[];
}

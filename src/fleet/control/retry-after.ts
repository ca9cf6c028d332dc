const RETRY_MS = 500;
const MOST_RETRY_MS = 8_000;

/** Milliseconds until the next try, after so many setbacks in a row: what fails for good is tried ever more rarely. */
export const retryAfterMs = (setbacks: number): number => Math.min(RETRY_MS * 2 ** setbacks, MOST_RETRY_MS);

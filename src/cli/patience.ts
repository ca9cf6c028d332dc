import { setTimeout as sleep } from "node:timers/promises";

const TRY_AGAIN_MS = 500;
/** A control plane that was ended and started again is back in less. */
const GIVE_UP_AFTER_TRIES = 60;

/** Whether nobody answered: an answer, also a bad one, has a status. */
export const isUnanswered = (error: unknown): boolean => {
  const { status, $metadata } = (error ?? {}) as { status?: number; $metadata?: { httpStatusCode?: number } };
  return status === undefined && $metadata?.httpStatusCode === undefined;
};

/**
 * How often one may be sent away by a control plane that is not there. `wait` resolves when it is time to try again; it throws
 * the error itself when it was an answer, when patience is at its end, or when the signal aborted.
 */
export const patience = (signal: AbortSignal) => {
  let tries = 0;
  return {
    wasAnswered() {
      tries = 0;
    },
    async wait(error: unknown): Promise<void> {
      tries += 1;
      if (signal.aborted || !isUnanswered(error) || tries > GIVE_UP_AFTER_TRIES) throw error;
      await sleep(TRY_AGAIN_MS, undefined, { signal });
    },
  };
};

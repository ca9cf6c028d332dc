import { setTimeout as timer } from "node:timers/promises";

/** Waiting, from outside: real time in production, a movable clock in tests. */
export interface Timers {
  /** Waits that long, or until the signal aborts; tells whether the time went by undisturbed. */
  wait(milliseconds: number, signal: AbortSignal): Promise<boolean>;
}

/** The machine's own time. */
export const systemTimers: Timers = {
  async wait(milliseconds, signal) {
    try {
      await timer(milliseconds, undefined, { signal });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  },
};

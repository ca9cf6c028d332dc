import type { Timers } from "./timers.ts";

/** Rung by many, heard by one loop. */
export interface Bell {
  ring(): void;
  /** Resolves when it was rung since the last call, or after that long, or when the signal aborts. */
  rung(withinMs: number, signal: AbortSignal): Promise<void>;
}

export const bell = (timers: Timers): Bell => {
  let isRung = false;
  let wake: AbortController | undefined;
  return {
    ring() {
      isRung = true;
      wake?.abort();
    },
    async rung(withinMs, signal) {
      if (!isRung) {
        wake = new AbortController();
        await timers.wait(withinMs, AbortSignal.any([signal, wake.signal]));
        wake = undefined;
      }
      isRung = false;
    },
  };
};

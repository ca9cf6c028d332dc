import type { Clock } from "./clock.ts";
import type { Duties } from "./duties.ts";
import type { Log } from "./log.ts";
import type { Timers } from "./timers.ts";

/** What holding a duty takes. */
export interface DutyDeps {
  readonly duties: Duties;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly log: Log;
  /** This control plane, to tell it from others. */
  readonly owner: string;
  readonly times: {
    /** How long the duty lasts without renewal: a dead control plane's work is taken over within this. */
    readonly dutyMs: number;
    readonly renewMs: number;
  };
}

/**
 * Runs `work` while this control plane has the duty, one control plane at a time; when it is lost or cannot be renewed, `work`'s signal aborts.
 * Ends when the signal aborts and `work` has returned. Whatever it moves checks again what it builds on: two at once do no harm.
 */
export const onDuty = async (
  deps: DutyDeps,
  duty: string,
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const { duties, timers, clock, times, log, owner } = deps;
  const hold = async (): Promise<boolean | undefined> =>
    duties.hold(duty, owner, times.dutyMs).catch((error: unknown) => {
      log.warn({ err: error, duty }, "could not ask for a duty");
      return undefined;
    });

  const serve = async (): Promise<void> => {
    const lost = new AbortController();
    const working = work(AbortSignal.any([signal, lost.signal])).catch((error: unknown) =>
      log.error({ err: error, duty }, "a duty failed"),
    );
    let heldUntil = clock.now() + times.dutyMs;
    while (await timers.wait(times.renewMs, signal)) {
      const askedAt = clock.now();
      const held = await hold();
      if (held) heldUntil = askedAt + times.dutyMs;
      if (held === false || clock.now() > heldUntil) break;
    }
    lost.abort();
    await working;
  };

  while (!signal.aborted) {
    if (await hold()) await serve();
    await timers.wait(times.renewMs, signal);
  }
  // Given back at once, the next one need not wait for it to run out.
  await duties.drop(duty, owner).catch(() => {});
};

import { bell } from "../../kernel/bell.ts";
import type { ChangeListeners, FeedItem } from "../../kernel/change-feed.ts";
import { type DutyDeps, onDuty } from "../../kernel/on-duty.ts";
import { placeWaiting, type WaitingDeps } from "./place-waiting.ts";

export interface PlacingDeps extends WaitingDeps, Omit<DutyDeps, "times"> {
  readonly listeners: ChangeListeners;
}

/** How long a control plane has the duty without renewing it, how often it does, and how often it looks unasked. */
const TIMES = { dutyMs: 4_000, renewMs: 1_000, sweepMs: 10_000 };

/** Whether tasks that wait might find a host now: one came to wait, one that ended gave back what it held, or a host changed. */
const mayMakeRoom = (item: FeedItem): boolean => {
  if (item.type === "resync") return true;
  const { kind, verb, facts } = item.change;
  return (
    kind === "host" || (kind === "task" && (verb === "waiting" || (verb === "observed" && facts.status === "STOPPED")))
  );
};

/** Places tasks that wait for a host as soon as there is room, one control plane for all. Goes on until the signal aborts. */
export const keepPlacing = (deps: PlacingDeps, signal: AbortSignal): Promise<void> =>
  onDuty(
    { ...deps, times: TIMES },
    "place-waiting",
    async (onDutySignal) => {
      const room = bell(deps.timers);
      const unlisten = deps.listeners.listen((item) => {
        if (mayMakeRoom(item)) room.ring();
      });
      try {
        room.ring();
        while (!onDutySignal.aborted) {
          await room.rung(TIMES.sweepMs, onDutySignal);
          if (onDutySignal.aborted) break;
          const goesOn = await placeWaiting(deps).catch((error: unknown) => {
            deps.log.warn({ err: error }, "could not place tasks that wait, tries again");
            return false;
          });
          if (goesOn) room.ring();
        }
      } finally {
        unlisten();
      }
    },
    signal,
  );

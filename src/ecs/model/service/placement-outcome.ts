import { changed } from "./deployments.ts";
import { listed, STEADY, say, sayOnce } from "./events.ts";
import type { ServiceRecord } from "./records.ts";
import type { ToldEvent } from "./told-events.ts";

/** What placement made of a deployment's asked starts. */
export interface ServicePlacement {
  /** Ids of the tasks that were placed. */
  readonly started: readonly string[];
  /** Why one was not, with its full stop. */
  readonly refusal?: string;
  /** What leads to it in the event; ` because ` where nothing is said. */
  readonly lead?: string;
  /** What EventBridge is told of it. */
  readonly told?: Omit<ToldEvent, "deployment">;
}

/** The service after placement was asked for tasks of a deployment: what it says, and whether it waits for room. */
export const placementOutcome = (
  service: ServiceRecord,
  deployment: string,
  { started, refusal, lead = " because ", told: failure }: ServicePlacement,
  now: number,
): ServiceRecord => {
  const told =
    started.length === 0 ? service : say(service, `has started ${started.length} tasks: ${listed(started)}.`, now);
  const marked = changed(told, deployment, ({ unplaced, ...one }) =>
    refusal === undefined
      ? started.length === 0 && unplaced
        ? { ...one, unplaced }
        : one
      : { ...one, unplaced: { reason: refusal, since: unplaced?.since ?? now } },
  );
  return refusal === undefined
    ? marked
    : sayOnce(marked, `was unable to place a task${lead}${refusal}`, now, {
        unless: STEADY,
        ...(failure && { told: { ...failure, deployment } }),
      });
};

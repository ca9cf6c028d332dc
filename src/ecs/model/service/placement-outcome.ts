import { changed } from "./deployments.ts";
import { listed, say, sayOnce } from "./events.ts";
import type { ServiceRecord } from "./records.ts";

/** What placement made of a deployment's asked starts. */
export interface ServicePlacement {
  /** Ids of the tasks that were placed. */
  readonly started: readonly string[];
  /** Why one was not: what follows `was unable to place a task because `, with its full stop. */
  readonly refusal?: string;
}

/** The service after placement was asked for tasks of a deployment: what it says, and whether it waits for room. */
export const placementOutcome = (
  service: ServiceRecord,
  deployment: string,
  { started, refusal }: ServicePlacement,
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
    : sayOnce(marked, `was unable to place a task because ${refusal}`, now, /steady state\.$/);
};

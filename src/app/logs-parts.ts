import { join } from "node:path";
import { eventStore } from "../adapters/files/event-store.ts";
import type { Config } from "../config.ts";
import type { Fleet } from "../fleet/index.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { systemRandom } from "../kernel/random.ts";
import type { WorkQueues } from "../kernel/work-queue.ts";
import { type LogsDeps, logsWing, outputStreams } from "../logs/index.ts";

const EXPIRE_EVERY_MS = 3_600_000;

/** CloudWatch Logs, in two steps: the fleet is told where output goes before there is a fleet to ask about tasks. */
export const logsParts = (
  config: Config,
  owner: string,
  stores: Pick<LogsDeps, "logGroups" | "logStreams"> & { readonly queues: WorkQueues },
  log: Log,
) => {
  const shared = { ...stores, clock: systemClock, random: systemRandom };
  return {
    outputs: outputStreams(shared),
    wing(fleet: Fleet) {
      const events = eventStore({ events: join(config.home, "events"), output: join(config.home, "logs") }, owner);
      const wing = logsWing({ ...shared, fleet, events });
      return {
        ...wing,
        /** Removes expired events every hour from now on. */
        async keep(): Promise<void> {
          const queue = stores.queues("expire-events");
          await queue.handle(
            () =>
              wing.sweeps
                .expireEvents()
                .catch((error: unknown) => log.warn({ err: error }, "could not remove expired events")),
            1,
          );
          await queue.every("sweep", EXPIRE_EVERY_MS);
        },
      };
    },
  };
};

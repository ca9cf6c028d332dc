import type { ObservedContainer } from "../model/container-plan.ts";
import type { HostContext } from "./host-context.ts";

/** An engine may hear that the kernel killed for memory only after it heard of the end. */
const NEWS_WITHIN_MS = 300;

/** News of kills for memory among the containers of a task. */
export interface MemoryKills {
  /** Whether such news may still come of a container that ended. */
  mayBeTold(found: ObservedContainer | undefined): boolean;
  /** Resolves when it came, or would have come by now. */
  news(): Promise<void>;
  /** The engine tells of a kill. */
  hear(): void;
}

export const memoryKills = ({ deps, lease }: HostContext): MemoryKills => {
  const heard = new AbortController();
  return {
    mayBeTold: (found) => found?.exitCode === 137 && !found.oomKilled && !heard.signal.aborted,
    async news() {
      await deps.timers.wait(NEWS_WITHIN_MS, AbortSignal.any([heard.signal, lease.signal]));
    },
    hear: () => heard.abort(),
  };
};

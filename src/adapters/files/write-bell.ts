import type { Timers } from "../../kernel/timers.ts";

/** Another process of the installation may be the one that writes: then nobody rings, and a follower looks by itself. */
const LOOK_EVERY_MS = 500;

/** One follower's ear. */
export interface Listening {
  /** Resolves once something was written since it was last asked, or after a while. After `ended` it lets read once more, then it is `false`. */
  more(): Promise<boolean>;
  stop(): void;
}

/** Tells followers of a folder that something was written to it. */
export interface WriteBell {
  ring(folder: string): void;
  /** Hears from now on: what is written while the follower reads is not missed. */
  listen(folder: string, signal: AbortSignal, ended?: AbortSignal): Listening;
}

export const writeBell = (timers: Timers): WriteBell => {
  const earsByFolder = new Map<string, Set<() => void>>();
  return {
    ring(folder) {
      for (const hear of [...(earsByFolder.get(folder) ?? [])]) hear();
    },
    listen(folder, signal, ended) {
      let isLastRound = false;
      let written = new AbortController();
      const hear = () => written.abort();
      const ears = earsByFolder.get(folder) ?? new Set();
      earsByFolder.set(folder, ears.add(hear));
      for (const each of [signal, ended]) each?.addEventListener("abort", hear);
      return {
        async more() {
          if (signal.aborted || isLastRound) return false;
          if (!ended?.aborted) await timers.wait(LOOK_EVERY_MS, written.signal);
          written = new AbortController();
          isLastRound = ended?.aborted ?? false;
          return !signal.aborted;
        },
        stop() {
          for (const each of [signal, ended]) each?.removeEventListener("abort", hear);
          ears.delete(hear);
          if (ears.size === 0) earsByFolder.delete(folder);
        },
      };
    },
  };
};

import { EventEmitter, once } from "node:events";
import type { Change, ChangeFeed, ChangeListeners, FeedItem } from "../../../src/kernel/change-feed.ts";

/** A feed in memory that a test appends to and trims. */
export interface FakeFeed extends ChangeFeed, ChangeListeners {
  append(change: Partial<Change>): Change;
  /** Forgets the oldest entries, so that a reader that has not seen them must resync. */
  trim(entries: number): void;
  /** How many readers follow it now. */
  readers(): number;
}

const sequence = (id: string): number => Number(id.split("-")[0]);

export const fakeFeed = (): FakeFeed => {
  const entries: Change[] = [];
  const news = new EventEmitter();
  let last = 0;
  let trimmedTo = 0;
  let readers = 0;
  return {
    append(change) {
      last += 1;
      const entry: Change = {
        id: `${last}-0`,
        kind: "task",
        subject: "t",
        verb: "observed",
        at: 0,
        facts: {},
        ...change,
      };
      entries.push(entry);
      news.emit("entry", { type: "change", change: entry } satisfies FeedItem);
      return entry;
    },
    trim(count) {
      const gone = entries.splice(0, count);
      trimmedTo = sequence(gone.at(-1)?.id ?? "0-0");
    },
    readers: () => readers,
    position: async () => `${last}-0`,
    listen(listener) {
      news.on("entry", listener);
      return () => void news.off("entry", listener);
    },
    async *follow(position, signal) {
      readers += 1;
      try {
        let seen = sequence(position);
        if (seen < trimmedTo) yield { type: "resync", from: position };
        for (;;) {
          const next = entries.find(({ id }) => sequence(id) > seen);
          if (next) {
            seen = sequence(next.id);
            yield { type: "change", change: next };
          } else await once(news, "entry", { signal });
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        readers -= 1;
      }
    },
  };
};

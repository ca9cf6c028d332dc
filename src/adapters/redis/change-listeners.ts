import { setTimeout as pause } from "node:timers/promises";
import type { ChangeFeed, ChangeListeners, FeedItem } from "../../kernel/change-feed.ts";

const RETRY_AFTER_MS = 200;

/** The one reader of a process, with what stops it. */
export interface SharedFeed extends ChangeListeners {
  /** Resolves when the reader has ended; later changes reach nobody. */
  close(): Promise<void>;
}

/**
 * Reads the feed once, from its newest entry on, and tells every listener. `onError` hears of a listener that threw, which the
 * others do not notice, and of a reader that failed and starts again where it was.
 */
export const changeListeners = async (feed: ChangeFeed, onError: (error: unknown) => void): Promise<SharedFeed> => {
  const listeners = new Set<(item: FeedItem) => void>();
  const ending = new AbortController();
  let position = await feed.position();

  const tell = (item: FeedItem): void => {
    for (const listener of listeners) {
      try {
        listener(item);
      } catch (error) {
        onError(error);
      }
    }
  };

  const readOn = async (): Promise<void> => {
    for await (const item of feed.follow(position, ending.signal)) {
      position = item.type === "change" ? item.change.id : item.from;
      tell(item);
    }
  };

  const reading = (async () => {
    while (!ending.signal.aborted) {
      await readOn().catch(async (error) => {
        onError(error);
        await pause(RETRY_AFTER_MS, undefined, { signal: ending.signal }).catch(() => {});
      });
    }
  })();

  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      ending.abort();
      await reading;
    },
  };
};

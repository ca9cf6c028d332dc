import type { ChangeFeed, ChangeListeners, FeedItem } from "../../kernel/change-feed.ts";

/** The one reader of a process, with what stops it. */
export interface SharedFeed extends ChangeListeners {
  /** Resolves when the reader has ended; later changes reach nobody. */
  close(): Promise<void>;
}

/**
 * Reads the feed once, from its newest entry on, and tells every listener. `onError` hears of a listener that threw, which the
 * others do not notice, and of a reader that ended.
 */
export const changeListeners = async (feed: ChangeFeed, onError: (error: unknown) => void): Promise<SharedFeed> => {
  const listeners = new Set<(item: FeedItem) => void>();
  const ending = new AbortController();
  const position = await feed.position();

  const tell = (item: FeedItem): void => {
    for (const listener of listeners) {
      try {
        listener(item);
      } catch (error) {
        onError(error);
      }
    }
  };

  const reading = (async () => {
    for await (const item of feed.follow(position, ending.signal)) tell(item);
  })().catch(onError);

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

/** One thing that changed, as the feed tells it: written by the very move that made the change, so it exists if and only if the change does. */
export interface Change {
  /** The entry of the stream that tells it, and its place in there: `1764028800000-0.3`. Grows. */
  readonly id: string;
  /** `task`, `host`, `cluster`, `task-definition`, … */
  readonly kind: string;
  /** What changed: a task's id, a host's id. */
  readonly subject: string;
  /** The move's name: `placed`, `observed`, `stop-requested`. */
  readonly verb: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What a listener needs to tell whether it is concerned, without reading the record: cluster, host, status. */
  readonly facts: Readonly<Record<string, string>>;
}

/** What a reader meets: a change, or word that entries were trimmed away before it read them and it must look again at everything. */
export type FeedItem =
  | { readonly type: "change"; readonly change: Change }
  | { readonly type: "resync"; readonly from: string };

/** The outbox of every move. A view loads as: note the position, read the snapshot, apply what follows. */
export interface ChangeFeed {
  /** The newest entry, `0-0` on an empty feed: all that it tells is before it. */
  position(): Promise<string>;
  /** What comes after `position` (an entry, or a change), then what is to come, until the signal aborts. Survives lost connections. */
  follow(position: string, signal: AbortSignal): AsyncIterable<FeedItem>;
}

/** The feed as one process shares it: one reader of Redis, many listeners. */
export interface ChangeListeners {
  /** Calls `listener` for each item from now on; returns how to stop it. A listener must not throw. */
  listen(listener: (item: FeedItem) => void): () => void;
}

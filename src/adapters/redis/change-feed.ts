import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { ChangeFeed, FeedItem } from "../../kernel/change-feed.ts";
import { waitingConnection } from "./connect.ts";
import { type FeedPlace, isAfter, knownChanges, placeOf, readFrom, type StreamEntry } from "./feed-entry.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";

const READ_AT_A_TIME = 200;
const BLOCK_MS = 5_000;
const GATHER_MS = 10;

const newest = async (redis: Redis): Promise<string> =>
  (await redis.xrevrange(KEYS.feed, "+", "-", "COUNT", 1))[0]?.[0] ?? "0-0";

/**
 * Whether entries after `position` are gone. Trimming takes the oldest first, so as long as the entry at `position` is there,
 * all that follow are. A position beyond the newest entry is of a feed that lost its end, and state with it.
 */
const hasMissed = async (redis: Redis, position: string): Promise<boolean> => {
  // Both on their way at once: they stand between every entry and who waits for it.
  const [[oldest], last] = await Promise.all([redis.xrange(KEYS.feed, "-", "+", "COUNT", 1), newest(redis)]);
  const first = oldest?.[0];
  if (first === undefined) return position !== "0-0";
  if (isAfter(position, last)) return true;
  if (!isAfter(first, position)) return false;
  return position !== "0-0" || (await wasTrimmed(redis));
};

/** Whether the stream ever lost an entry. Before Redis 7 nobody counts, and then it is taken to have. */
const wasTrimmed = async (redis: Redis): Promise<boolean> => {
  const stream = (await redis.xinfo("STREAM", KEYS.feed)) as (string | number)[];
  const added = stream.indexOf("entries-added");
  return added < 0 || stream[added + 1] !== stream[stream.indexOf("length") + 1];
};

const read = async (redis: Redis, position: string, blockMs: number): Promise<readonly StreamEntry[]> => {
  const answer = await redis.xread("COUNT", READ_AT_A_TIME, "BLOCK", blockMs, "STREAMS", KEYS.feed, position);
  return (answer as [string, StreamEntry[]][] | null)?.[0]?.[1] ?? [];
};

/** The changes that come after a place. Entries that no move of today wrote leave open what changed: then everything may have, which is said once for all in a row. */
function* itemsAfter(place: FeedPlace, entries: readonly StreamEntry[]): Generator<FeedItem> {
  let unknown: string | undefined;
  for (const entry of entries) {
    const changes = knownChanges(entry);
    if (!changes) {
      unknown = entry[0];
      continue;
    }
    if (unknown !== undefined) yield { type: "resync", from: unknown };
    unknown = undefined;
    const from = entry[0] === place.entry ? place.change + 1 : 0;
    for (const change of changes.slice(from)) yield { type: "change", change };
  }
  if (unknown !== undefined) yield { type: "resync", from: unknown };
}

/**
 * When a reader has to ask whether it missed something, beside its first look. A trimmed feed still holds `feedLength` entries: who gets fewer
 * got all there are. A Redis that came back empty was away before. One that is emptied while it runs is noticed when nothing comes from it.
 */
const doubts = (redis: Redis, feedLength: number) => {
  let hasAsked = false;
  redis.on("close", () => {
    hasAsked = false;
  });
  return {
    mustAsk: (count: number): boolean => !hasAsked || count === 0 || count >= Math.min(READ_AT_A_TIME, feedLength),
    asked(): void {
      hasAsked = true;
    },
  };
};

async function* follow(redis: Redis, feedLength: number, from: string, signal: AbortSignal): AsyncGenerator<FeedItem> {
  const doubt = doubts(redis, feedLength);
  let place = placeOf(from);
  // The first look does not wait: who starts from a position that is gone is told so at once.
  let blockMs = 1;
  while (!signal.aborted) {
    const entries = await read(redis, readFrom(place), blockMs);
    blockMs = BLOCK_MS;
    if (doubt.mustAsk(entries.length)) {
      doubt.asked();
      // Looked at after reading: what was trimmed in between counts as missed too, never the other way round.
      if (await hasMissed(redis, place.entry)) {
        place = placeOf(await newest(redis));
        yield { type: "resync", from: place.entry };
        continue;
      }
    }
    for (const item of itemsAfter(place, entries)) {
      if (signal.aborted) return;
      yield item;
    }
    const last = entries.at(-1)?.[0];
    if (last !== undefined) place = placeOf(last);
    // Changes come in bursts: the first is told at once, and what follows it closely is read at once. More than one read takes is there already.
    if (entries.length > 0 && entries.length < READ_AT_A_TIME)
      await pause(GATHER_MS, undefined, { signal }).catch(() => {});
  }
}

/** The feed in Redis. Each reader waits on a connection of its own, which comes back by itself when Redis does. */
export const changeFeed = (store: RedisStore): ChangeFeed => ({
  position: () => answered(newest(store.redis)),

  async *follow(position, signal) {
    if (signal.aborted) return;
    const connection = waitingConnection(store.redis);
    const stop = () => connection.disconnect();
    signal.addEventListener("abort", stop, { once: true });
    try {
      yield* follow(connection, store.feedLength, position, signal);
    } catch (error) {
      // Only an abort closes the connection for good, and then whoever waits on it is told so by an error.
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", stop);
      connection.disconnect();
    }
  },
});

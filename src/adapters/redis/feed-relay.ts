import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Change } from "../../kernel/change-feed.ts";
import type { WakeUp, WakeUpOptions, WorkQueues } from "../../kernel/work-queue.ts";
import { waitingConnection } from "./connect.ts";
import { knownChanges, type StreamEntry } from "./feed-entry.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";

/** A wake-up on its way to a queue. */
export interface Delivery {
  readonly queue: string;
  readonly wakeUp: WakeUp;
  readonly options?: WakeUpOptions;
}

/** Whom a change wakes. One that throws is asked again, as if a queue had not answered. */
export type RelayRoute = (change: Change) => readonly Delivery[] | Promise<readonly Delivery[]>;

/** Which changes wake whom, by `kind verb` (`task observed`); one that is not listed wakes nobody. */
export type RelayRoutes = Readonly<Record<string, RelayRoute>>;

export interface FeedRelay {
  close(): Promise<void>;
}

const GROUP = "relay";
const GATHER_MS = 25;
const AT_A_TIME = 100;
const BLOCK_MS = 2_000;
/** A Redis that answers with a refusal answers at once. */
const RETRY_AFTER_MS = 200;

const startGroup = async (redis: Redis): Promise<void> => {
  try {
    await redis.xgroup("CREATE", KEYS.feed, GROUP, "$", "MKSTREAM");
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("BUSYGROUP")) throw error;
  }
};

/** Takes the consumer's name off the group, unless entries still stand under it for another to take over. */
const leaveGroup = async (redis: Redis, consumer: string): Promise<void> => {
  const unfinished = await redis.xpending(KEYS.feed, GROUP, "-", "+", 1, consumer);
  if (unfinished.length === 0) await redis.xgroup("DELCONSUMER", KEYS.feed, GROUP, consumer);
};

/** What a consumer that died had taken and not finished. Entries that were trimmed meanwhile are left out by Redis 7 or come empty. */
const takeOver = async (redis: Redis, consumer: string, idleMs: number): Promise<StreamEntry[]> => {
  const answer = (await redis.xautoclaim(KEYS.feed, GROUP, consumer, idleMs, "0-0", "COUNT", AT_A_TIME)) as unknown[];
  return (answer[1] as (StreamEntry | null)[]).filter((entry) => entry?.[1] != null) as StreamEntry[];
};

/** Says which entries are done and waits for others: one write for both. */
const takeNew = async (redis: Redis, consumer: string, done: readonly string[]): Promise<StreamEntry[]> => {
  const both = redis.pipeline();
  if (done.length > 0) both.xack(KEYS.feed, GROUP, ...done);
  const from = ["STREAMS", KEYS.feed, ">"] as const;
  both.xreadgroup("GROUP", GROUP, consumer, "COUNT", AT_A_TIME, "BLOCK", BLOCK_MS, ...from);
  const answers = (await both.exec()) ?? [];
  for (const [error] of answers) if (error) throw error;
  return (answers.at(-1)?.[1] as [string, StreamEntry[]][] | null)?.[0]?.[1] ?? [];
};

/**
 * Turns entries of the feed into wake-ups: each entry by one of the control planes, at least once. An entry is done when its wake-ups are on
 * their queues; those of a control plane that died are taken over after `takeOverAfterMs`. `onError` hears of what will be tried again.
 */
export const startFeedRelay = async (
  { redis, clock }: RedisStore,
  routes: RelayRoutes,
  queues: WorkQueues,
  options: { readonly consumer: string; readonly takeOverAfterMs?: number; readonly onError: (error: unknown) => void },
): Promise<FeedRelay> => {
  const { consumer, takeOverAfterMs = 10_000, onError } = options;
  const connection = waitingConnection(redis);
  const ending = new AbortController();
  await startGroup(redis);

  const deliver = async (change: Change): Promise<void> => {
    const deliveries = (await routes[`${change.kind} ${change.verb}`]?.(change)) ?? [];
    for (const { queue, wakeUp, options } of deliveries) {
      await queues(queue).add(wakeUp, options);
    }
  };

  /** Delivered, and not yet acknowledged. */
  let done: string[] = [];

  /**
   * One that fails stays taken, and is taken over like a dead control plane's; it does not hold up the others. One that no move of today wrote
   * wakes nobody: the sweeps find what it meant.
   */
  const relay = async (entries: readonly StreamEntry[]): Promise<void> => {
    for (const entry of entries) {
      try {
        for (const change of knownChanges(entry) ?? []) await deliver(change);
        done.push(entry[0]);
      } catch (error) {
        onError(error);
      }
    }
  };

  let lookedForDeadAt = 0;
  const round = async (): Promise<void> => {
    if (clock.now() - lookedForDeadAt >= takeOverAfterMs / 2) {
      lookedForDeadAt = clock.now();
      await relay(await takeOver(connection, consumer, takeOverAfterMs));
    }
    const taken = await takeNew(connection, consumer, done);
    done = [];
    await relay(taken);
    // Changes come in bursts: what gathers meanwhile is taken at once.
    if (taken.length > 0) await pause(GATHER_MS, undefined, { signal: ending.signal }).catch(() => {});
  };

  const running = (async () => {
    while (!ending.signal.aborted) {
      try {
        await round();
      } catch (error) {
        if (ending.signal.aborted) return;
        onError(error);
        await pause(RETRY_AFTER_MS, undefined, { signal: ending.signal }).catch(() => {});
        // A feed that lost its group (an emptied Redis) gets it again; what was in it is found by the sweeps.
        await startGroup(connection).catch(onError);
      }
    }
  })();

  return {
    async close() {
      ending.abort();
      connection.disconnect();
      await running;
      if (done.length > 0) await redis.xack(KEYS.feed, GROUP, ...done).catch(onError);
      await leaveGroup(redis, consumer).catch(onError);
    },
  };
};

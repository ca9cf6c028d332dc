import type { Redis } from "ioredis";
import type { Clock } from "../../kernel/clock.ts";
import { loadScripts, type RunScript } from "./moves.ts";

/** Redis as the stores use it: a connection, its scripts, and what time it is. */
export interface RedisStore {
  readonly redis: Redis;
  readonly run: RunScript;
  readonly clock: Clock;
  /** About how many entries the feed keeps, never fewer. */
  readonly feedLength: number;
}

/** The feed keeps about that many entries, of up to ten changes each: a reader further behind is told to look again at everything. */
export const FEED_LENGTH = 50_000;

export const redisStore = (redis: Redis, clock: Clock, feedLength = FEED_LENGTH): RedisStore => ({
  redis,
  run: loadScripts(redis, feedLength),
  clock,
  feedLength,
});

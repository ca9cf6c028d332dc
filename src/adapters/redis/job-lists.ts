import { childrenOf } from "../../batch/model/array.ts";
import { childId, type JobId } from "../../batch/model/ids.ts";
import type { JobStatus } from "../../batch/model/states.ts";
import type { JobQuery } from "../../batch/ports.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";

/** Ids of one page, and where the next begins. */
export interface IdPage {
  readonly ids: readonly JobId[];
  readonly next?: string | undefined;
}

/** An array's children, by their index. */
export const listChildren = async (
  { redis }: RedisStore,
  array: JobId,
  status: JobStatus | undefined,
  limit: number,
  from: number,
): Promise<IdPage> => {
  const [size, open, each, cut] = await answered(redis.hmget(KEYS.job + array, "size", "open", "each", "cut"));
  if (size == null) return { ids: [] };
  const bits = (await answered(redis.getBuffer(KEYS.job_children + array))) ?? new Uint8Array();
  const children = { size: Number(size), bits, isOpen: open !== null, isEach: each !== null, isCut: cut !== null };
  const indexes = childrenOf(children, status, from, limit + 1);
  const ids = indexes.slice(0, limit).map((index) => childId(array, index));
  return { ids, ...(indexes.length > limit && { next: String(indexes[limit]) }) };
};

const listOf = (query: Exclude<JobQuery, { array: JobId }>): string =>
  "name" in query
    ? `${KEYS.job_name}${query.queue}:${query.name}`
    : `${KEYS.job_list}${query.queue}:${query.status ?? "ALL"}`;

/** A queue's jobs, newest first. The next page begins before the last job's place: lists are by order, and that never changes. */
export const listQueue = async (
  { redis }: RedisStore,
  query: Exclude<JobQuery, { array: JobId }>,
  limit: number,
  cursor: string | undefined,
): Promise<IdPage> => {
  const before = cursor === undefined ? "+inf" : `(${cursor}`;
  const flat = await answered(
    redis.zrevrangebyscore(listOf(query), before, "-inf", "WITHSCORES", "LIMIT", 0, limit + 1),
  );
  const ids = flat.filter((_, i) => i % 2 === 0).slice(0, limit) as JobId[];
  return { ids, next: flat.length / 2 > limit ? flat[2 * limit - 1] : undefined };
};

import { repositoryId, repositoryOfId } from "../../ecr/model/repository.ts";
import type { CollectionStore, Stowed, UploadHolds } from "../../ecr/ports.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";

const memberOf = ({ repository, digest }: Stowed): string => `${repositoryId(repository)}@${digest}`;

const stowedOf = (member: string): Stowed => {
  const at = member.lastIndexOf("@");
  return { repository: repositoryOfId(member.slice(0, at)), digest: member.slice(at + 1) };
};

/** What a collection has to know, in Redis. Nobody is told of it, so it writes no entries of the feed. */
export const collectionStore = ({ redis }: RedisStore): CollectionStore => ({
  async doomed() {
    return (await answered(redis.smembers(KEYS.doomed_manifests))).sort().map(stowedOf);
  },
  async forgetDoomed(one) {
    await answered(redis.srem(KEYS.doomed_manifests, memberOf(one)));
  },
  async touch(one, at) {
    await answered(redis.zadd(KEYS.touched_blobs, at, memberOf(one)));
  },
  async touched() {
    const flat = await answered(redis.zrange(KEYS.touched_blobs, "0", "-1", "WITHSCORES"));
    return flat.flatMap((member, i) => (i % 2 === 0 ? [{ ...stowedOf(member), at: Number(flat[i + 1]) }] : []));
  },
  async forgetTouched(before) {
    await answered(redis.zremrangebyscore(KEYS.touched_blobs, "-inf", `(${before}`));
  },
});

/** Uploads on their way, counted in Redis over all control planes. */
export const uploadHolds = ({ redis, run }: RedisStore): UploadHolds => ({
  take: async (id, now, expiresAt) => (await run("take-upload-hold", [KEYS.upload_holds], [id, now, expiresAt])) === 1,
  async release(id) {
    await answered(redis.zrem(KEYS.upload_holds, id));
  },
  close: async (collection, now, until) =>
    (await run("close-uploads", [KEYS.uploads_closed], [collection, now, until])) === 1,
  async reopen(collection) {
    await run("reopen-uploads", [KEYS.uploads_closed], [collection]);
  },
  async held(now) {
    await answered(redis.zremrangebyscore(KEYS.upload_holds, "-inf", now));
    return answered(redis.zcard(KEYS.upload_holds));
  },
});

import type { ImageRecord } from "../../ecr/model/image.ts";
import { type RepositoryRef, repositoryId } from "../../ecr/model/repository.ts";
import type { ImageStore } from "../../ecr/ports.ts";
import { type ImagesAnswer, imageOf, imagesOf, putOutcome, removeOutcome } from "./image-answers.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";

/** Images, tags and referrers in Redis. */
export const imageStore = ({ redis, run }: RedisStore): ImageStore => {
  const keysOf = (repository: RepositoryRef) => {
    const id = repositoryId(repository);
    return {
      id,
      images: KEYS.images + id,
      tags: KEYS.image_tags + id,
      pulls: KEYS.image_pulls + id,
      record: `${KEYS.record}repository:${id}`,
    };
  };

  return {
    async announce(repository, digest) {
      const { id, images } = keysOf(repository);
      await run("announce-manifest", [images], [id, digest]);
    },

    async put({ repository, version, image, tag = "", isImmutable }) {
      const { id, images, tags, record } = keysOf(repository);
      const immutable = isImmutable ? "immutable" : "";
      const args = [id, version, image.digest, JSON.stringify(image), tag, immutable, image.pushedAt];
      return putOutcome((await run("put-image", [images, tags, record], args)) as (string | number)[]);
    },

    async remove(repository, { digest = "", tag = "" }, at, onlyWith) {
      const { id, images, tags } = keysOf(repository);
      const args = [id, digest, tag, at, onlyWith ? JSON.stringify(onlyWith) : ""];
      return removeOutcome((await run("remove-image", [images, tags], args)) as (string | number)[]);
    },

    async resolve(repository, reference) {
      const { images, tags } = keysOf(repository);
      if (!reference.includes(":")) return (await answered(redis.hget(tags, reference))) ?? undefined;
      return (await answered(redis.hexists(images, reference))) === 1 ? reference : undefined;
    },

    async list(repository) {
      const { images, tags, pulls } = keysOf(repository);
      return imagesOf((await run("images", [images, tags, pulls], [])) as ImagesAnswer, images);
    },

    async tags(repository) {
      // By code units, as every other list is sorted.
      return (await answered(redis.hkeys(keysOf(repository).tags))).sort();
    },

    async referrers(repository, digest) {
      const { id, images } = keysOf(repository);
      const digests = (await answered(redis.smembers(`${KEYS.image_referrers}${id}@${digest}`))).sort();
      if (digests.length === 0) return [];
      const found = await answered(redis.hmget(images, ...digests));
      return found.flatMap((json): ImageRecord[] => (json === null ? [] : [imageOf(json, images)]));
    },

    async recordPull(repository, digest, at) {
      const { id, images, pulls } = keysOf(repository);
      return (await run("record-pull", [images, pulls], [id, digest, at])) === 1;
    },

    async removeRepository(repository, force, at) {
      const { id, images, tags, record } = keysOf(repository);
      const keys = [record, images, tags, `${KEYS.record_ids}repository`];
      const answer = await run("remove-repository", keys, [id, force ? "force" : "", at]);
      return answer as "removed" | "not-found" | "not-empty";
    },
  };
};

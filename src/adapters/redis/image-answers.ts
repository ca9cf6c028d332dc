import type { Image, ImageRecord, PutOutcome, RemoveOutcome } from "../../ecr/model/image.ts";
import { fieldsOf, parseJson } from "./fields.ts";
import { BrokenRecordError } from "./store-errors.ts";

type Answer = readonly (string | number)[];

/** Images, tags and pulls, as HGETALL has them. */
export type ImagesAnswer = readonly [readonly string[], readonly string[], readonly string[]];

/** An image as put-image.lua wrote it. */
export const imageOf = (json: string, key: string): ImageRecord => parseJson<ImageRecord>(json, "an image", key);

/** What images.lua answers. */
export const imagesOf = ([images, tags, pulls]: ImagesAnswer, key: string): Image[] => {
  const pulledAt = fieldsOf(pulls);
  const tagsByDigest = new Map<string, string[]>();
  for (const [tag, digest] of fieldsOf(tags)) {
    const known = tagsByDigest.get(digest);
    if (known) known.push(tag);
    else tagsByDigest.set(digest, [tag]);
  }
  return [...fieldsOf(images)].map(([digest, json]) => {
    const pulled = pulledAt.get(digest);
    return {
      ...imageOf(json, key),
      tags: (tagsByDigest.get(digest) ?? []).sort(),
      ...(pulled !== undefined && { pulledAt: Number(pulled) }),
    };
  });
};

/** What put-image.lua answers. */
export const putOutcome = ([type, ...rest]: Answer): PutOutcome => {
  const [first, untagged] = rest;
  switch (type) {
    case "put":
      return { type, isNew: first === 1, ...(untagged !== "" && { untagged: String(untagged) }) };
    case "same":
    case "stale":
      return { type };
    case "tag-exists":
    case "missing":
      return { type, digest: String(first) };
    default:
      throw new BrokenRecordError("put-image", `it answered ${type}`);
  }
};

/** What remove-image.lua answers. */
export const removeOutcome = ([type, ...rest]: Answer): RemoveOutcome => {
  switch (type) {
    case "removed": {
      const [digest, isGone, ...tags] = rest;
      return { type, digest: String(digest), isGone: isGone === 1, tags: tags.map(String) };
    }
    case "not-found":
    case "mismatch":
    case "changed":
      return { type };
    case "referenced":
      return { type, by: rest.map(String).sort() };
    default:
      throw new BrokenRecordError("remove-image", `it answered ${type}`);
  }
};

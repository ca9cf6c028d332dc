import type { Tag } from "@aws-sdk/client-ecr";
import { InvalidTagParameterException, TooManyTagsException } from "./errors.ts";

/** Tags of a repository as they are kept: a key has one value, which may be empty. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;

/** The tags of a request, checked; `before` are those the repository had. Throws InvalidTagParameterException, TooManyTagsException. */
export const readTags = (tags: readonly Tag[] | undefined, before: Tags = {}): Tags => {
  const read: Record<string, string> = {};
  for (const { Key: key = "", Value: value = "" } of tags ?? []) {
    if (key.length < 1 || key.length > 128)
      throw new InvalidTagParameterException(`Tag key "${key}" must have 1 to 128 characters.`);
    if (/^aws:/i.test(key)) throw new InvalidTagParameterException("Tag keys that begin with aws: are reserved.");
    if (value.length > 256)
      throw new InvalidTagParameterException(`The value of tag "${key}" has more than 256 characters.`);
    if (Object.hasOwn(read, key)) throw new InvalidTagParameterException(`Tag key "${key}" is given twice.`);
    read[key] = value;
  }
  if (Object.keys({ ...before, ...read }).length > MAX_TAGS)
    throw new TooManyTagsException(`A repository can have at most ${MAX_TAGS} tags.`);
  return read;
};

/** Tags as ECR answers them. */
export const asTagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

import type { Tag } from "@aws-sdk/client-ecs";
import { InvalidParameterException } from "./errors.ts";

/** Tags as they are kept: a key has one value, which may be empty. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of a request, checked. Throws InvalidParameterException. `max` counts those a resource had before as well. */
export const readTags = (tags: readonly Tag[] | undefined, before: Tags = {}): Tags => {
  const read: Record<string, string> = {};
  for (const { key, value = "" } of tags ?? []) {
    if (!key) throw new InvalidParameterException("Tag keys cannot be null or empty.");
    checkKey(key);
    if (value.length > 256)
      throw new InvalidParameterException("Tag value exceeds the maximum length of 256 characters.");
    if (!ALLOWED.test(value)) throw new InvalidParameterException(`Tag value of ${key} contains invalid characters.`);
    if (Object.hasOwn(read, key))
      throw new InvalidParameterException("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    read[key] = value;
  }
  const own = Object.keys({ ...before, ...read }).filter((key) => !key.startsWith("aws:"));
  if (own.length > MAX_TAGS)
    throw new InvalidParameterException(`The number of tags exceeds the limit of ${MAX_TAGS}.`);
  return read;
};

/** Keys to be removed, checked. Throws InvalidParameterException. */
export const readTagKeys = (keys: readonly string[]): readonly string[] => {
  for (const key of keys) checkKey(key);
  return keys;
};

const checkKey = (key: string): void => {
  if (/^aws:/i.test(key))
    throw new InvalidParameterException("aws: prefixed tag key names are not allowed for external use.");
  if (key.length > 128) throw new InvalidParameterException("Tag key exceeds the maximum length of 128 characters.");
  if (!ALLOWED.test(key)) throw new InvalidParameterException(`Tag key ${key} contains invalid characters.`);
};

/** Tags as ECS answers them. */
export const asTagList = (tags: Tags): Tag[] => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** Tags without those keys. */
export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

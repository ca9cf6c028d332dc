import { ClientException } from "./errors.ts";

/** Tags as Batch takes, keeps and answers them. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Checks tags that a request brings; those the resource has `before` count too. Throws ClientException. */
export const checkTags = (tags: Tags = {}, before: Tags = {}): Tags => {
  for (const [key, value] of Object.entries(tags)) {
    checkTagKey(key);
    if (value.length > 256) throw new ClientException(`The value of tag ${key} is longer than 256 characters.`);
    if (!ALLOWED.test(value)) throw new ClientException(`The value of tag ${key} contains invalid characters.`);
  }
  if (Object.keys({ ...before, ...tags }).length > MAX_TAGS)
    throw new ClientException(`The number of tags exceeds the limit of ${MAX_TAGS}.`);
  return tags;
};

/** Throws ClientException for a text that can be no tag's key. */
export const checkTagKey = (key: string): void => {
  if (key === "" || key.length > 128) throw new ClientException("A tag key has 1 to 128 characters.");
  if (/^aws:/i.test(key)) throw new ClientException(`Tag keys that begin with aws: are reserved: ${key}.`);
  if (!ALLOWED.test(key)) throw new ClientException(`Tag key ${key} contains invalid characters.`);
};

/** Tags without those keys. */
export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

import { InvalidParameterException } from "./errors.ts";

/** Tags as they are kept: a key has one value, which may be empty. */
export type Tags = Readonly<Record<string, string>>;

export const MAX_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Tags of a request, checked but for their number. Throws InvalidParameterException. */
export const readTags = (tags: Tags | undefined = {}): Tags => {
  for (const [key, value] of Object.entries(tags)) {
    checkTagKey(key);
    if (value.length > 256 || !ALLOWED.test(value))
      throw new InvalidParameterException(
        `The value of tag ${key} is not valid: up to 256 letters, digits, spaces and _ . : / = + - @.`,
      );
  }
  return tags;
};

/** Checks a tag's key. Throws InvalidParameterException. */
export const checkTagKey = (key: string): void => {
  if (/^aws:/i.test(key)) throw new InvalidParameterException("Tag keys that begin with aws: are reserved.");
  if (key === "" || key.length > 128 || !ALLOWED.test(key))
    throw new InvalidParameterException(
      `Tag key ${key} is not valid: 1 to 128 letters, digits, spaces and _ . : / = + - @.`,
    );
};

/** Tags without those keys. */
export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

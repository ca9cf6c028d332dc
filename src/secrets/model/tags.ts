import { ValidationException } from "./errors.ts";

/** Tags as they are kept: a key has one value, which may be empty. */
export type Tags = Readonly<Record<string, string>>;

const MAX_TAGS = 50;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Tags of a request, checked but for their number. Throws ValidationException. */
export const readTags = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Tags =>
  Object.fromEntries(
    (tags ?? []).map(({ Key = "", Value = "" }) => {
      if (Key === "" || Key.length > 128 || !ALLOWED.test(Key) || /^aws:/i.test(Key))
        throw new ValidationException(
          `Tag key ${Key} is not valid: 1 to 128 letters, digits, spaces and _ . : / = + - @, and it does not begin with aws:.`,
        );
      if (Value.length > 256 || !ALLOWED.test(Value))
        throw new ValidationException(
          `The value of tag ${Key} is not valid: up to 256 letters, digits, spaces and _ . : / = + - @.`,
        );
      return [Key, Value];
    }),
  );

/** Tags as AWS answers them. */
export const tagList = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Tags with more of them. Throws what `refuse` makes where there are too many. */
export const withTags = (tags: Tags, more: Tags, refuse: (words: string) => Error): Tags => {
  const all = { ...tags, ...more };
  if (Object.keys(all).length > MAX_TAGS) throw refuse(`There can be up to ${MAX_TAGS} tags.`);
  return all;
};

/** Tags without those keys. */
export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

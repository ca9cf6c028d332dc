import { InvalidParameterException } from "./errors.ts";

export interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  /** Absent on the last page. */
  readonly nextToken?: string;
}

const encode = (list: string, key: string): string => Buffer.from(JSON.stringify([list, key])).toString("base64url");

const decode = (list: string, token: string): string => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(parsed) && parsed.length === 2 && parsed[0] === list && typeof parsed[1] === "string")
      return parsed[1];
  } catch {
    // Falls through: it is no token of ours.
  }
  throw new InvalidParameterException("Invalid token.");
};

/**
 * One page of a list in its own order. A token names the last item given, so a page stays right where items come or go
 * meanwhile; where that very item went, paging starts at what follows it by key, which needs `compare`.
 * Throws InvalidParameterException for a token of another list and for a maxResults out of 1..`limit`.
 */
export const pageOf = <Item>(
  list: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { nextToken, maxResults }: PageRequest,
  { limit = 100, compare }: { limit?: number; compare?: (key: string, other: string) => number } = {},
): Page<Item> => {
  if (maxResults !== undefined && (maxResults < 1 || maxResults > limit))
    throw new InvalidParameterException(`maxResults must be between 1 and ${limit}, but was ${maxResults}.`);
  const start = nextToken === undefined ? 0 : startAfter(items.map(keyOf), decode(list, nextToken), compare);
  const page = items.slice(start, start + (maxResults ?? limit));
  const last = page.at(-1);
  const more = start + page.length < items.length;
  return more && last !== undefined ? { items: page, nextToken: encode(list, keyOf(last)) } : { items: page };
};

const startAfter = (
  keys: readonly string[],
  given: string,
  compare: ((key: string, other: string) => number) | undefined,
): number => {
  const at = keys.indexOf(given);
  if (at >= 0) return at + 1;
  if (!compare) throw new InvalidParameterException("Invalid token.");
  const next = keys.findIndex((key) => compare(key, given) > 0);
  return next < 0 ? keys.length : next;
};

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

/** How a service words what is wrong with a token or a maxResults. */
type Refuse = (words: string) => Error;

const decode = (list: string, token: string, refuse: Refuse): string => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(parsed) && parsed.length === 2 && parsed[0] === list && typeof parsed[1] === "string")
      return parsed[1];
  } catch {
    // Falls through: it is no token of ours.
  }
  throw refuse("Invalid token.");
};

export interface PageOptions {
  /** Items a page has at most, and where nothing else is asked. */
  readonly limit?: number;
  readonly compare?: (key: string, other: string) => number;
}

/**
 * One page of a list in its own order. A token names the last item given, so a page stays right where items come or go
 * meanwhile; where that very item went, paging starts at what follows it by key, which needs `compare`.
 * Throws what `refuse` makes of a token of another list and of a maxResults out of 1..`limit`.
 */
export const pageOf = <Item>(
  list: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { nextToken, maxResults }: PageRequest,
  refuse: Refuse,
  { limit = 100, compare }: PageOptions = {},
): Page<Item> => {
  if (maxResults !== undefined && (maxResults < 1 || maxResults > limit))
    throw refuse(`maxResults must be between 1 and ${limit}, but was ${maxResults}.`);
  const start =
    nextToken === undefined ? 0 : startAfter(items.map(keyOf), decode(list, nextToken, refuse), refuse, compare);
  const page = items.slice(start, start + (maxResults ?? limit));
  const last = page.at(-1);
  const more = start + page.length < items.length;
  return more && last !== undefined ? { items: page, nextToken: encode(list, keyOf(last)) } : { items: page };
};

const startAfter = (
  keys: readonly string[],
  given: string,
  refuse: Refuse,
  compare: ((key: string, other: string) => number) | undefined,
): number => {
  const at = keys.indexOf(given);
  if (at >= 0) return at + 1;
  if (!compare) throw refuse("Invalid token.");
  const next = keys.findIndex((key) => compare(key, given) > 0);
  return next < 0 ? keys.length : next;
};

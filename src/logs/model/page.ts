import { pageOf as anyPageOf, type Page } from "../../kernel/page.ts";
import { checkRange } from "./constraints.ts";
import { InvalidParameterException } from "./errors.ts";

const LIMIT = 50;

/** One page of a described list. Throws InvalidParameterException. */
export const pageOf = <Item>(
  list: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { nextToken, limit }: { readonly nextToken?: string | undefined; readonly limit?: number | undefined },
  compare?: (key: string, other: string) => number,
): Page<Item> => {
  checkRange("limit", limit, 1, LIMIT);
  const refuse = (): Error => new InvalidParameterException("The specified nextToken is invalid.");
  const options = { limit: LIMIT, ...(compare && { compare }) };
  return anyPageOf(list, items, keyOf, { nextToken, maxResults: limit }, refuse, options);
};

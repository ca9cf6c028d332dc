import { type Page, pageOf } from "../../kernel/page.ts";
import { InvalidParameterException, invalidParameter } from "./errors.ts";

const DEFAULT_RESULTS = 100;
const MOST_RESULTS = 1000;

interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * A page of items that stand in the order of their keys. Throws InvalidParameterException for a token of another list, for more results than ECR
 * gives (1000, of previews 100), and where paging is asked of items that were named one by one.
 */
export const pageOfSorted = <Item>(
  list: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { nextToken, maxResults }: PageRequest,
  most = MOST_RESULTS,
): Page<Item> => {
  if (maxResults !== undefined && maxResults < 1)
    throw invalidParameter("maxResults", "must have value greater than or equal to 1");
  if (maxResults !== undefined && maxResults > most)
    throw invalidParameter("maxResults", `must have value less than or equal to ${most}`);
  const asked = { nextToken, maxResults: maxResults ?? DEFAULT_RESULTS };
  const refuse = (words: string) => new InvalidParameterException(`Invalid parameter at 'nextToken': ${words}`);
  return pageOf(list, items, keyOf, asked, refuse, { limit: most, compare });
};

/** Throws InvalidParameterException where both names and a page are asked for. */
export const refusePageOfNamed = (member: string, named: unknown, { nextToken, maxResults }: PageRequest): void => {
  if (named === undefined || (nextToken === undefined && maxResults === undefined)) return;
  throw new InvalidParameterException(`nextToken and maxResults cannot be used together with ${member}.`);
};

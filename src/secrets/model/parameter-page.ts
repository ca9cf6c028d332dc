import { type Page, pageOf } from "../../kernel/page.ts";
import { checkRange } from "./errors.ts";
import { InvalidNextToken } from "./parameter-errors.ts";

interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page of a list of Parameter Store, in the items' own order. Throws ValidationException and InvalidNextToken. */
export const parameterPage = <Item>(
  list: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { NextToken, MaxResults }: PageRequest,
  limit: number,
): { readonly items: Item[]; readonly NextToken?: string } => {
  checkRange("maxResults", MaxResults, 1, limit);
  const { items: found, nextToken }: Page<Item> = pageOf(
    list,
    items,
    keyOf,
    { nextToken: NextToken, maxResults: MaxResults },
    () => new InvalidNextToken(),
    { limit, compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0) },
  );
  return { items: found, ...(nextToken !== undefined && { NextToken: nextToken }) };
};

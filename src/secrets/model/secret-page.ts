import { pageOf } from "../../kernel/page.ts";
import { InvalidNextTokenException, InvalidParameterException } from "./secret-errors.ts";

interface PageRequest {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page of a list of Secrets Manager, sorted by keys, or against them. Throws InvalidParameterException and InvalidNextTokenException. */
export const secretPage = <Item>(
  list: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { NextToken, MaxResults }: PageRequest,
  { limit, descending = false }: { readonly limit: number; readonly descending?: boolean },
): { readonly items: Item[]; readonly NextToken?: string } => {
  if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > limit))
    throw new InvalidParameterException(`MaxResults must be between 1 and ${limit}, but was ${MaxResults}.`);
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1);
  const sorted = [...items].sort((a, b) => compare(keyOf(a), keyOf(b)));
  const request = { nextToken: NextToken, maxResults: MaxResults };
  const page = pageOf(list, sorted, keyOf, request, () => new InvalidNextTokenException(), { limit, compare });
  return { items: page.items, ...(page.nextToken !== undefined && { NextToken: page.nextToken }) };
};

import { pageOf as anyPageOf, type Page, type PageOptions, type PageRequest } from "../../kernel/page.ts";
import { InvalidParameterException } from "./errors.ts";

/** One page of a list in its own order. Throws InvalidParameterException for a token of another list and for a maxResults out of range. */
export const pageOf = <Item>(
  list: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  request: PageRequest,
  options?: PageOptions,
): Page<Item> => anyPageOf(list, items, keyOf, request, (words) => new InvalidParameterException(words), options);

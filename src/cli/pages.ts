/** The items of all pages, or of so many as it takes to have `limit` of them. */
export const allPages = async <Page extends { nextToken?: string | undefined }, Item>(
  read: (nextToken: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  limit = Number.POSITIVE_INFINITY,
): Promise<Item[]> => {
  const items: Item[] = [];
  let nextToken: string | undefined;
  do {
    const page: Page = await read(nextToken);
    items.push(...(itemsOf(page) ?? []));
    nextToken = page.nextToken;
  } while (nextToken && items.length < limit);
  return items;
};

import { type Page, type PageRequest, pageOf } from "../../kernel/page.ts";
import type { RecordStore } from "../../kernel/records.ts";
import type { Scope } from "../../kernel/scope.ts";
import { ClientException } from "../model/errors.ts";
import { nameIn, type ResourceKind } from "../model/names.ts";
import { namedId, nameOfId, TERM } from "../model/store-keys.ts";

const MAX_DESCRIBED = 100;
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The named resource that a name or ARN stands for; `undefined` where there is none in the scope. */
export const findNamed = async <T>(
  store: RecordStore<T>,
  kind: ResourceKind,
  text: string,
  scope: Scope,
): Promise<T | undefined> => {
  const name = nameIn(text, kind, scope);
  if (!name) return undefined;
  const [stored] = await store.get([namedId(scope, name)]);
  return stored?.value;
};

/** The resources that a describe names, or one page of all; unknown names are left out, as Batch does. */
export const describeNamed = async <T>(
  store: RecordStore<T>,
  kind: ResourceKind,
  texts: readonly string[] | undefined,
  page: PageRequest,
  scope: Scope,
): Promise<Page<T>> => {
  if (texts && texts.length > MAX_DESCRIBED)
    throw new ClientException(`At most ${MAX_DESCRIBED} can be described at once, but ${texts.length} were asked for.`);
  if (texts?.length) {
    const found = await Promise.all(texts.map((text) => findNamed(store, kind, text, scope)));
    return { items: found.filter((one) => one !== undefined) };
  }
  const names = (await store.find([TERM.scope(scope)])).map(nameOfId).sort(byText);
  const { items, ...rest } = pageOf(
    kind,
    names,
    (name) => name,
    page,
    (words) => new ClientException(words),
    {
      compare: byText,
    },
  );
  const stored = await store.get(items.map((name) => namedId(scope, name)));
  return { items: stored.flatMap((one) => (one ? [one.value] : [])), ...rest };
};

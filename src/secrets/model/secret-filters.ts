import type { Filter, ListSecretsRequest } from "@aws-sdk/client-secrets-manager";
import type { SecretRecord } from "./records.ts";
import { InvalidParameterException } from "./secret-errors.ts";

type Look = (secret: SecretRecord) => readonly string[];

const NAME: Look = ({ name }) => [name];
const DESCRIPTION: Look = ({ description }) => (description === undefined ? [] : [description]);
const TAG_KEY: Look = ({ tags }) => Object.keys(tags);
const TAG_VALUE: Look = ({ tags }) => Object.values(tags);

/** Where each filter looks; `folded` ones do not heed case. All match beginnings. */
const LOOKS: Readonly<Record<Exclude<Filter["Key"], undefined>, { readonly look: Look; readonly folded: boolean }>> = {
  name: { look: NAME, folded: false },
  description: { look: DESCRIPTION, folded: true },
  "tag-key": { look: TAG_KEY, folded: false },
  "tag-value": { look: TAG_VALUE, folded: false },
  "primary-region": { look: ({ region }) => [region], folded: false },
  // No other service makes secrets here.
  "owning-service": { look: () => [], folded: false },
  all: {
    look: (secret) => [NAME, DESCRIPTION, TAG_KEY, TAG_VALUE].flatMap((look) => look(secret).flatMap(withWords)),
    folded: true,
  },
};

const withWords = (text: string): string[] => [text, ...text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "")];

/** Whether a secret fits all filters; of each any value, and none of those that begin with `!`. Throws InvalidParameterException. */
export const secretTest = (filters: readonly Filter[]): ((secret: SecretRecord) => boolean) => {
  const tests = filters.map(filterTest);
  return (secret) => tests.every((test) => test(secret));
};

const filterTest = ({ Key, Values = [] }: Filter): ((secret: SecretRecord) => boolean) => {
  if (Key === undefined || Values.length === 0)
    throw new InvalidParameterException("A filter needs a Key and at least one value.");
  const { look, folded } = LOOKS[Key];
  const fold = (text: string): string => (folded ? text.toLowerCase() : text);
  const begins = (secret: SecretRecord, value: string): boolean => {
    const words = Key === "all" ? value.split(/\s+/) : [value];
    const found = look(secret).map(fold);
    return words.every((word) => found.some((text) => text.startsWith(fold(word))));
  };
  const wanted = Values.filter((value) => !value.startsWith("!"));
  const unwanted = Values.filter((value) => value.startsWith("!")).map((value) => value.slice(1));
  return (secret) =>
    (wanted.length === 0 || wanted.some((value) => begins(secret, value))) &&
    !unwanted.some((value) => begins(secret, value));
};

const sortableTime = (time: number): string => String(time).padStart(15, "0");

const ORDER: Readonly<Record<string, (secret: SecretRecord) => string>> = {
  "created-date": ({ createdAt }) => sortableTime(createdAt),
  "last-changed-date": ({ changedAt }) => sortableTime(changedAt),
  name: ({ name }) => name,
};

/** Where a secret stands in the order asked for: texts that sort so. */
export const sortKeyOf = ({ SortBy = "created-date" }: Pick<ListSecretsRequest, "SortBy">) => {
  const orderOf = ORDER[SortBy];
  if (!orderOf) throw new InvalidParameterException(`Secrets can be sorted by ${Object.keys(ORDER).join(", ")}.`);
  return (secret: SecretRecord): string => `${orderOf(secret)} ${secret.name}`;
};

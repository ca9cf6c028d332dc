import type { RecordStore, Stored } from "../../kernel/records.ts";
import { type Fields, numberField, parseJson, pickedFields, textField } from "./fields.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered, BrokenRecordError } from "./store-errors.ts";

const FIELDS = ["value", "version"] as const;

/**
 * Documents of one kind in Redis. `parse` turns what was read from JSON into the document, and throws where it is none;
 * without it documents are taken as they were written.
 */
export const recordStore = <T>(
  { redis, run, clock }: RedisStore,
  kind: string,
  parse: (value: unknown) => T = (value) => value as T,
): RecordStore<T> => {
  const key = (id: string) => `${KEYS.record}${kind}:${id}`;
  const allIds = KEYS.record_ids + kind;

  const parsed = (id: string, fields: Fields): Stored<T> => {
    const json = parseJson<unknown>(textField(fields, "value", key(id)), "value", key(id));
    try {
      return { id, value: parse(json), version: numberField(fields, "version", key(id)) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw error instanceof BrokenRecordError ? error : new BrokenRecordError(key(id), reason, { cause: error });
    }
  };

  const read = async (id: string): Promise<Stored<T> | undefined> => {
    const values = await answered(redis.hmget(key(id), ...FIELDS));
    return values[0] === null && values[1] === null ? undefined : parsed(id, pickedFields(FIELDS, values));
  };

  const make = async (id: string, how: "id" | "number", value: T, terms: readonly string[]) => {
    const args = [kind, id, how, JSON.stringify(value), JSON.stringify([...new Set(terms)]), clock.now()];
    const answer = (await run("create-record", [allIds], args)) as [] | [string, number];
    return answer.length === 0 ? undefined : { stored: { id: answer[0], value, version: 1 }, number: answer[1] };
  };

  return {
    get: (ids) => Promise.all(ids.map(read)),

    async create(id, value, terms = []) {
      return (await make(id, "id", value, terms))?.stored;
    },

    async createNext(prefix, value, terms = []) {
      const made = await make(prefix, "number", value, terms);
      if (!made) throw new BrokenRecordError(key(prefix), "the next number after it was given before");
      return { ...made.stored, number: made.number };
    },

    async replace(id, version, value, terms = []) {
      const args = [kind, id, version, JSON.stringify(value), JSON.stringify([...new Set(terms)]), clock.now()];
      const now = (await run("replace-record", [key(id)], args)) as number;
      return now === 0 ? undefined : { id, value, version: now };
    },

    remove: async (id, version) =>
      (await run("remove-record", [key(id), allIds], [kind, id, version ?? "", clock.now()])) === 1,

    async find(terms) {
      if (terms.length === 0) return await answered(redis.zrange(allIds, "0", "-1"));
      const ids = await answered(redis.sinter(...terms.map((term) => `${KEYS.record_term}${kind}:${term}`)));
      return ids.sort();
    },
  };
};

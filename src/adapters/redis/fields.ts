import { BrokenRecordError } from "./store-errors.ts";

/** A hash as HMGET or HGETALL in a script answers it, by field. */
export type Fields = ReadonlyMap<string, string>;

/** HGETALL's flat list, as fields. */
export const fieldsOf = (flat: readonly string[]): Fields => {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
  return fields;
};

/** HMGET's list, as fields: those that are not there are left out. */
export const pickedFields = (names: readonly string[], values: readonly (string | null)[]): Fields =>
  new Map(names.flatMap((name, i) => (values[i] == null ? [] : [[name, values[i]] as const])));

/** A field that every record has. */
export const textField = (fields: Fields, name: string, key: string): string => {
  const text = fields.get(name);
  if (text === undefined) throw new BrokenRecordError(key, `it has no ${name}`);
  return text;
};

/** A field that holds a number. */
export const numberField = (fields: Fields, name: string, key: string): number => {
  const number = Number(textField(fields, name, key));
  if (!Number.isFinite(number)) throw new BrokenRecordError(key, `${name} is no number`);
  return number;
};

/** A field that holds one of a few words. */
export const wordField = <Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
  key: string,
): Word => {
  const text = textField(fields, name, key);
  const word = words.find((one) => one === text);
  if (word === undefined) throw new BrokenRecordError(key, `${name} is ${JSON.stringify(text)}`);
  return word;
};

/** JSON as a move wrote it. Only its form is checked here. */
export const parseJson = <T>(text: string, what: string, key: string): T => {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new BrokenRecordError(key, `${what} is no JSON`, { cause: error });
  }
};

/** A field that holds a JSON object. */
export const jsonField = <T extends object>(fields: Fields, name: string, key: string): T => {
  const value = parseJson<T | null>(textField(fields, name, key), name, key);
  if (typeof value !== "object" || value === null) throw new BrokenRecordError(key, `${name} is no object`);
  return value;
};

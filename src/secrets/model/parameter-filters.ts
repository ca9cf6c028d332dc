import type { ParameterStringFilter, ParametersFilter } from "@aws-sdk/client-ssm";
import { ValidationException } from "./errors.ts";
import { InvalidFilterKey, InvalidFilterOption, InvalidFilterValue } from "./parameter-errors.ts";
import { isBelow } from "./parameter-name.ts";
import { DEFAULT_KEY } from "./put-parameter.ts";
import type { ParameterRecord } from "./records.ts";

/** Whether a parameter fits. */
export type ParameterTest = (record: ParameterRecord) => boolean;

const OPTIONS: Readonly<Record<string, (found: string, value: string) => boolean>> = {
  Equals: (found, value) => found === value,
  BeginsWith: (found, value) => found.startsWith(value),
  Contains: (found, value) => found.includes(value),
};

/** What of a parameter a key looks at. */
const LOOKS: Readonly<Record<string, (record: ParameterRecord) => readonly string[]>> = {
  Name: ({ name }) => [name],
  Type: ({ versions }) => versions.slice(-1).map(({ type }) => type),
  Tier: ({ versions }) => versions.slice(-1).map(({ tier }) => tier),
  KeyId: ({ versions }) => (versions.at(-1)?.type === "SecureString" ? [DEFAULT_KEY] : []),
  DataType: () => ["text"],
  Label: ({ versions }) => versions.flatMap(({ labels }) => labels),
};

const BY_PATH: ReadonlySet<string> = new Set(["Type", "KeyId", "Label"]);

/**
 * Filters as DescribeParameters (`of` is "describe") or GetParametersByPath takes them: all must fit, of each any value.
 * Throws InvalidFilterKey, InvalidFilterOption and InvalidFilterValue.
 */
export const readFilters = (filters: readonly ParameterStringFilter[], of: "describe" | "path"): ParameterTest => {
  const keys = filters.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length)
    throw new ValidationException("The following filters are duplicated in the request: specify each key only once.");
  const tests = filters.map((filter) => readFilter(filter, of));
  return (record) => tests.every((test) => test(record));
};

const readFilter = (
  { Key = "", Option, Values = [] }: ParameterStringFilter,
  of: "describe" | "path",
): ParameterTest => {
  const isAllowed = of === "path" ? BY_PATH.has(Key) : Key !== "Label";
  const tag = /^tag:(.+)$/.exec(Key)?.[1];
  if (!isAllowed || (Key !== "Path" && tag === undefined && !Object.hasOwn(LOOKS, Key)))
    throw new InvalidFilterKey(`The key ${Key} is not a valid filter key of this operation.`);
  if (Key === "Path") return pathTest(Option ?? "OneLevel", Values);
  if (tag !== undefined && Values.length === 0) return ({ tags }) => tags[tag] !== undefined;
  if (Values.length === 0) throw new InvalidFilterValue(`The filter ${Key} needs a value.`);
  const holds = OPTIONS[Option ?? "Equals"];
  if (!holds || (Option === "Contains" && Key !== "Name") || (Option === "BeginsWith" && Key === "Label"))
    throw new InvalidFilterOption(`The option ${Option} is not valid for the filter key ${Key}.`);
  const look = tag === undefined ? LOOKS[Key]! : ({ tags }: ParameterRecord) => [tags[tag] ?? []].flat();
  return (record) => look(record).some((found) => Values.some((value) => holds(found, value)));
};

const pathTest = (option: string, paths: readonly string[]): ParameterTest => {
  if (option !== "Recursive" && option !== "OneLevel")
    throw new InvalidFilterOption(`The option ${option} is not valid for the filter key Path.`);
  if (paths.length === 0) throw new InvalidFilterValue("The filter Path needs a value.");
  return ({ name }) => paths.some((path) => isBelow(name, path, option === "Recursive"));
};

/** The deprecated `Filters`: a name that begins so, or exactly that type or key. */
export const fromOldFilters = (filters: readonly ParametersFilter[]): ParameterStringFilter[] =>
  filters.map(({ Key, Values }) => ({ Key, Values, Option: Key === "Name" ? "BeginsWith" : "Equals" }));

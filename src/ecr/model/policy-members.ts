/** How what is wrong is said. */
type Refuse = (words: string) => Error;

const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";
const quoted = (words: readonly string[]): string => `[${words.map((word) => `"${word}"`).join(",")}]`;

/** An object with no other members than the known ones, and all required. Throws what `refuse` makes of the words. */
export const objectOf = (
  value: unknown,
  at: string,
  known: readonly string[],
  required: readonly string[],
  refuse: Refuse,
): Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(`${at} is no object`);
  const unknown = Object.keys(value).filter((member) => !known.includes(member));
  if (unknown.length > 0)
    throw refuse(`${at}: object instance has properties which are not allowed by the schema: ${quoted(unknown)}`);
  const missing = required.filter((member) => !Object.hasOwn(value, member));
  if (missing.length > 0) throw refuse(`${at}: object has missing required properties (${quoted(missing)})`);
  return value as Record<string, unknown>;
};

export const listOf = (value: unknown, at: string, minimum: number, maximum: number, refuse: Refuse): unknown[] => {
  if (!Array.isArray(value)) throw refuse(`${at} is no list`);
  if (value.length < minimum || value.length > maximum)
    throw refuse(`${at}: array has ${value.length} elements, and must have ${minimum} to ${maximum}`);
  return value;
};

export const textOf = (value: unknown, at: string, refuse: Refuse): string => {
  if (typeof value !== "string") throw refuse(`${at} is ${shown(value)}, and must be text`);
  return value;
};

/** Texts that are not empty, at least one of them. */
export const textsOf = (value: unknown, at: string, maximum: number, refuse: Refuse): string[] =>
  listOf(value, at, 1, maximum, refuse).map((one, index) => {
    const text = textOf(one, `${at}[${index}]`, refuse);
    if (text === "") throw refuse(`${at}[${index}] is empty`);
    return text;
  });

export const integerOf = (value: unknown, at: string, minimum: number, refuse: Refuse): number => {
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw refuse(`${at} is ${shown(value)}, and must be a whole number`);
  if (value < minimum)
    throw refuse(`${at}: numeric instance is lower than the required minimum (minimum: ${minimum}, found: ${value})`);
  return value;
};

export const wordOf = <Word extends string>(
  value: unknown,
  at: string,
  words: readonly Word[],
  refuse: Refuse,
): Word => {
  const word = words.find((one) => one === value);
  if (word === undefined)
    throw refuse(`${at}: instance value (${shown(value)}) not found in enum (possible values: ${quoted(words)})`);
  return word;
};

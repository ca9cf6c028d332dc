import { comparison } from "./compare.ts";
import { PatternError } from "./errors.ts";
import { type Cursor, cursorOver, expression } from "./expression.ts";
import type { Matcher } from "./read-pattern.ts";

type Field = (value: string) => boolean;

const NAME = /[A-Za-z_][\w.-]*/y;
/** What stands in quotation marks or brackets is one field. */
const FIELD = /"([^"]*)"|\[([^\]]*)\]|\S+/g;

const fieldsOf = (message: string): string[] =>
  [...message.matchAll(FIELD)].map(([whole, quoted, bracketed]) => quoted ?? bracketed ?? whole);

/** `[ip, user, ..., status = 4*, bytes > 1000]`: as many fields as the message has, where no ellipsis stands for any number. */
export const fieldsPattern = (pattern: string): Matcher => {
  const cursor = cursorOver(pattern);
  cursor.expect("[");
  const before: Field[] = [];
  const behind: Field[] = [];
  let isOpen = false;
  do {
    if (cursor.take("...")) {
      if (isOpen) throw new PatternError("it has more than one ellipsis");
      isOpen = true;
    } else (isOpen ? behind : before).push(fieldCondition(cursor));
  } while (cursor.take(","));
  cursor.expect("]");
  if (!cursor.atEnd()) throw new PatternError(`nothing is expected at '${cursor.rest()}'`);
  return (message) => {
    const values = fieldsOf(message);
    const named = before.length + behind.length;
    if (isOpen ? values.length < named : values.length !== named) return false;
    return (
      before.every((holds, index) => holds(values[index] ?? "")) &&
      behind.every((holds, index) => holds(values[values.length - behind.length + index] ?? ""))
    );
  };
};

/** One field: its name alone, or what is asked of it. All comparisons of a field name the same one. */
const fieldCondition = (cursor: Cursor): Field => {
  let name: string | undefined;
  return expression<string>(cursor, () => {
    const found = cursor.match(NAME)?.[0];
    if (found === undefined) throw new PatternError(`a field's name is expected at '${cursor.rest()}'`);
    if (name !== undefined && name !== found)
      throw new PatternError(`a condition on ${name} cannot also be one on ${found}: fields are parted by commas`);
    name = found;
    const operator = cursor.operator();
    return operator === undefined ? () => true : comparison(operator, cursor.literal());
  });
};

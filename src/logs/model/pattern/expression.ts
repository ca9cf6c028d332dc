import { type Literal, OPERATORS, type Operator } from "./compare.ts";
import { PatternError } from "./errors.ts";

/** Reads a pattern's words one after the other. */
export interface Cursor {
  /** Takes the word if it is next. */
  take(word: string): boolean;
  /** Takes the word, which must be next. */
  expect(word: string): void;
  /** Takes what matches, from here. */
  match(pattern: RegExp): RegExpExecArray | undefined;
  operator(): Operator | undefined;
  literal(): Literal;
  atEnd(): boolean;
  rest(): string;
}

const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const BARE = /[^\s"(),[\]{}&|=<>!]+/y;

export const cursorOver = (text: string): Cursor => {
  let at = 0;
  const skip = (): void => {
    while (/\s/.test(text[at] ?? "")) at += 1;
  };
  const cursor: Cursor = {
    take(word) {
      skip();
      if (!text.startsWith(word, at)) return false;
      at += word.length;
      return true;
    },
    expect(word) {
      if (!cursor.take(word)) throw new PatternError(`'${word}' is expected at '${cursor.rest()}'`);
    },
    match(pattern) {
      skip();
      pattern.lastIndex = at;
      const found = pattern.exec(text) ?? undefined;
      if (found) at = pattern.lastIndex;
      return found;
    },
    operator: () => OPERATORS.find((one) => cursor.take(one)),
    literal() {
      const quoted = cursor.match(QUOTED)?.[1];
      if (quoted !== undefined) return { text: quoted.replaceAll(/\\(.)/g, "$1"), quoted: true };
      const bare = cursor.match(BARE)?.[0];
      if (bare === undefined) throw new PatternError(`a value is expected at '${cursor.rest()}'`);
      if (bare.startsWith("%")) throw new PatternError("regular expressions (%…%) are not built in Berth yet.");
      return { text: bare, quoted: false };
    },
    atEnd() {
      skip();
      return at >= text.length;
    },
    rest: () => text.slice(at),
  };
  return cursor;
};

type Question<Value> = (value: Value) => boolean;

/** `a && (b || c)`, of whatever `one` reads; && binds more than ||. */
export const expression = <Value>(cursor: Cursor, one: () => Question<Value>): Question<Value> => {
  const factor = (): Question<Value> => {
    if (!cursor.take("(")) return one();
    const inner = expression(cursor, one);
    cursor.expect(")");
    return inner;
  };
  const all = (): Question<Value> => {
    const parts = [factor()];
    while (cursor.take("&&")) parts.push(factor());
    return (value) => parts.every((part) => part(value));
  };
  const parts = [all()];
  while (cursor.take("||")) parts.push(all());
  return (value) => parts.some((part) => part(value));
};

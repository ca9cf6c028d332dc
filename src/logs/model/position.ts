import { InvalidParameterException } from "./errors.ts";

/** How far a reader has come: in each run of events (a file that is only appended to) behind so many bytes. */
export type Position = Readonly<Record<string, number>>;

export type Direction = "forward" | "backward";

export interface EventsToken {
  readonly direction: Direction;
  readonly position: Position;
}

const invalid = (): InvalidParameterException => new InvalidParameterException("The specified nextToken is invalid.");

/** A position as a token: `f/…` goes on to later events, `b/…` to earlier ones. `of` is what it is good for. */
export const encodeToken = (of: string, { direction, position }: EventsToken): string =>
  `${direction === "forward" ? "f" : "b"}/${Buffer.from(JSON.stringify([of, position])).toString("base64url")}`;

/** A token back as it was. Throws InvalidParameterException for what is none, or one of something else. */
export const decodeToken = (of: string, token: string): EventsToken => {
  const [, letter, text = ""] = /^([fb])\/([\w-]+)$/.exec(token) ?? [];
  if (letter === undefined) throw invalid();
  const direction = letter === "f" ? "forward" : "backward";
  const parsed = parse(Buffer.from(text, "base64url").toString());
  if (!Array.isArray(parsed) || parsed[0] !== of || !isPosition(parsed[1])) throw invalid();
  return { direction, position: parsed[1] };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isPosition = (value: unknown): value is Position =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((offset) => Number.isSafeInteger(offset) && offset >= 0);

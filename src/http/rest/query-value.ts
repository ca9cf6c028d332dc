import { SerializationException } from "../aws/bad-input.ts";
import { parseBoolean, parseNumber } from "../aws/scalars.ts";
import type { Shape } from "../aws/shape.ts";

/** Whether a member can stand in a query string: scalars, and lists of them by repeating the name. */
export const fitsQuery = (shape: Shape): boolean => (shape.kind === "list" ? isScalar(shape.item) : isScalar(shape));

const isScalar = ({ kind }: Shape): boolean =>
  kind === "string" || kind === "number" || kind === "boolean" || kind === "timestamp" || kind === "bigInteger";

/** What a query's texts are as JSON, by the member's shape. Throws SerializationException, naming the member. */
export const queryValue = (name: string, shape: Shape, texts: readonly string[]): unknown => {
  if (shape.kind === "list") return texts.map((text) => scalarValue(name, shape.item, text));
  if (texts.length !== 1)
    throw new SerializationException(`${name} is given ${texts.length} times and takes one value`);
  return scalarValue(name, shape, texts[0]!);
};

const scalarValue = (name: string, shape: Shape, text: string): unknown => {
  if (shape.kind === "number" || shape.kind === "bigInteger") {
    const isFraction = shape.kind === "number" && shape.isFraction;
    return parseNumber(text, { isFraction }) ?? refuse(name, text, isFraction ? "a number" : "a whole number");
  }
  if (shape.kind === "boolean") return parseBoolean(text) ?? refuse(name, text, "true or false");
  return text;
};

const refuse = (name: string, text: string, wanted: string): never => {
  throw new SerializationException(`${name}=${text.slice(0, 100)} is not ${wanted}`);
};

import type { JsonDialect } from "./json-decode.ts";
import { formatTimestamp } from "./scalars.ts";
import type { Shape, StructureShape } from "./shape.ts";

/** An answer that its own model does not allow: a bug of the handler, never the caller's fault. */
export class BadOutputError extends Error {}

/** Told of members that a handler answered and the model does not know. */
export type OnUnknownMember = (place: string) => void;

/** An operation's output as a JSON value. Absent members stay absent. Throws BadOutputError on a value of the wrong type. */
export const encodeJson = (
  shape: StructureShape,
  output: object,
  dialect: JsonDialect,
  onUnknownMember: OnUnknownMember,
): Record<string, unknown> => structureTo(shape, output, { dialect, onUnknownMember, place: shape.name });

/** One value of any shape as a JSON value. */
export const encodeJsonValue = (
  shape: Shape,
  value: unknown,
  dialect: JsonDialect,
  onUnknownMember: OnUnknownMember,
): unknown => valueTo(shape, value, { dialect, onUnknownMember, place: "" });

interface At {
  readonly dialect: JsonDialect;
  readonly onUnknownMember: OnUnknownMember;
  readonly place: string;
}

const valueTo = (shape: Shape, value: unknown, at: At): unknown =>
  (ENCODERS[shape.kind] as (shape: Shape, value: unknown, at: At) => unknown)(shape, value, at);

const structureTo = (shape: StructureShape, value: unknown, at: At): Record<string, unknown> => {
  if (typeof value !== "object" || value === null) throw badOutput(value, shape, at.place);
  const encoded: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined || given === null) continue;
    const member = shape.memberByName.get(name);
    const place = `${at.place}.${name}`;
    if (member)
      encoded[at.dialect.useJsonName ? member.jsonName : name] = valueTo(member.shape, given, { ...at, place });
    else at.onUnknownMember(place);
  }
  return encoded;
};

type Encoders = {
  readonly [Kind in Shape["kind"]]: (shape: Extract<Shape, { kind: Kind }>, value: unknown, at: At) => unknown;
};

const ENCODERS: Encoders = {
  structure: structureTo,
  list(shape, value, at) {
    if (!Array.isArray(value)) throw badOutput(value, shape, at.place);
    return value.map((one) => valueTo(shape.item, one, at));
  },
  map(shape, value, at) {
    if (typeof value !== "object" || value === null) throw badOutput(value, shape, at.place);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, one]) => one !== undefined && one !== null)
        .map(([key, one]) => [key, valueTo(shape.value, one, at)]),
    );
  },
  string: (shape, value, at) => expectType("string", shape, value, at),
  number: (shape, value, at) => expectType("number", shape, value, at),
  boolean: (shape, value, at) => expectType("boolean", shape, value, at),
  bigInteger(shape, value, at) {
    // JSON.stringify knows no bigint, and a rounded one would be a lie.
    if (typeof value !== "bigint" || !Number.isSafeInteger(Number(value))) throw badOutput(value, shape, at.place);
    return Number(value);
  },
  timestamp(shape, value, at) {
    if (!(value instanceof Date)) throw badOutput(value, shape, at.place);
    const format = shape.format ?? "epoch-seconds";
    return format === "epoch-seconds" ? value.getTime() / 1000 : formatTimestamp(format, value);
  },
  blob(shape, value, at) {
    if (!(value instanceof Uint8Array)) throw badOutput(value, shape, at.place);
    return Buffer.from(value).toString("base64");
  },
  document: (_, value) => value,
};

const expectType = (type: string, shape: Shape, value: unknown, at: At): unknown => {
  if (typeof value !== type) throw badOutput(value, shape, at.place);
  return value;
};

/** The error for a value that its shape does not allow. */
export const badOutput = (value: unknown, shape: Shape, place: string): BadOutputError =>
  new BadOutputError(`${place} is a ${shape.kind} in AWS's model, but the handler answered a ${typeof value}`);

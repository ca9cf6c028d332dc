import {
  checkDepth,
  checkEnum,
  checkUnion,
  type Findings,
  noteMissing,
  placeOfEntry,
  placeOfItem,
  placeOfMember,
  SerializationException,
  withFindings,
} from "./bad-input.ts";
import { parseTimestamp } from "./scalars.ts";
import type { Shape, StructureShape } from "./shape.ts";

/** What differs between the JSON protocols. */
export interface JsonDialect {
  /** restJson renames members by `jsonName`; awsJson does not. */
  readonly useJsonName: boolean;
}

/**
 * An operation's input out of parsed JSON. Unknown members are ignored and null counts as absent, as on AWS; a wrong type
 * throws SerializationException, missing members and unknown enum values throw ValidationException.
 */
export const decodeJson = (shape: StructureShape, json: unknown, dialect: JsonDialect): Record<string, unknown> =>
  withFindings((findings) => structureFrom(shape, json, { dialect, findings, place: "", depth: 0 }));

/** One value of any shape out of parsed JSON; `place` is how errors call it. */
export const decodeJsonValue = (
  shape: Shape,
  json: unknown,
  dialect: JsonDialect,
  findings: Findings,
  place: string,
): unknown => valueFrom(shape, json, { dialect, findings, place, depth: 0 });

interface At {
  readonly dialect: JsonDialect;
  readonly findings: Findings;
  readonly place: string;
  readonly depth: number;
}

const within = (at: At, place: string): At => ({ ...at, place, depth: at.depth + 1 });

const valueFrom = (shape: Shape, json: unknown, at: At): unknown =>
  (DECODERS[shape.kind] as (shape: Shape, json: unknown, at: At) => unknown)(shape, json, at);

const structureFrom = (shape: StructureShape, json: unknown, at: At): Record<string, unknown> => {
  if (!isObject(json)) throw wrongType(json, "a Structure", at);
  checkDepth(at.depth, at.place);
  const decoded: Record<string, unknown> = {};
  let setMembers = 0;
  for (const member of shape.members) {
    const given = json[at.dialect.useJsonName ? member.jsonName : member.name];
    const place = placeOfMember(at.place, member.name);
    if (given === undefined || given === null) {
      if (member.required) noteMissing(at.findings, place);
      continue;
    }
    decoded[member.name] = valueFrom(member.shape, given, within(at, place));
    setMembers += 1;
  }
  if (shape.isUnion) checkUnion(shape.name, setMembers, at.place, at.findings);
  return decoded;
};

type Decoders = {
  readonly [Kind in Shape["kind"]]: (shape: Extract<Shape, { kind: Kind }>, json: unknown, at: At) => unknown;
};

const DECODERS: Decoders = {
  structure: structureFrom,
  list({ item }, json, at) {
    if (!Array.isArray(json)) throw wrongType(json, "a List", at);
    return json.map((one, index) => {
      const place = placeOfItem(at.place, index);
      if (one === null) return noteMissing(at.findings, place);
      return valueFrom(item, one, within(at, place));
    });
  },
  map({ value }, json, at) {
    if (!isObject(json)) throw wrongType(json, "a Map", at);
    // fromEntries defines properties, so a key "__proto__" is a key like any other.
    return Object.fromEntries(
      Object.entries(json).map(([key, one]) => {
        const place = placeOfEntry(at.place, key);
        if (one === null) return [key, noteMissing(at.findings, place)];
        return [key, valueFrom(value, one, within(at, place))];
      }),
    );
  },
  string({ oneOf }, json, at) {
    if (typeof json !== "string") throw wrongType(json, "a String", at);
    return checkEnum(oneOf, json, at.place, at.findings);
  },
  number({ isFraction }, json, at) {
    if (typeof json !== "number") throw wrongType(json, "a Number", at);
    if (!isFraction && !Number.isInteger(json)) throw wrongType(json, "an Integer", at);
    return json;
  },
  bigInteger(_, json, at) {
    if (typeof json !== "number" || !Number.isInteger(json)) throw wrongType(json, "an Integer", at);
    return BigInt(json);
  },
  boolean(_, json, at) {
    if (typeof json !== "boolean") throw wrongType(json, "a Boolean", at);
    return json;
  },
  timestamp({ format }, json, at) {
    const expected = format ?? "epoch-seconds";
    const isText = typeof json === "string";
    if (isText === (expected === "epoch-seconds") || (!isText && typeof json !== "number")) {
      throw wrongType(json, "a Timestamp", at);
    }
    return parseTimestamp(expected, String(json)) ?? refuse(json, "a Timestamp", at);
  },
  blob(_, json, at) {
    if (typeof json !== "string" || !isBase64(json)) throw wrongType(json, "a Blob", at);
    return new Uint8Array(Buffer.from(json, "base64"));
  },
  document: (_, json) => json,
};

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === "object" && json !== null && !Array.isArray(json);

/** Whether text is base64, with its padding. */
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const refuse = (json: unknown, wanted: string, at: At): never => {
  throw wrongType(json, wanted, at);
};

// The words of AWS's JSON front ends, and the place, which they leave out and everybody then looks for.
const wrongType = (json: unknown, wanted: string, { place }: At): SerializationException =>
  new SerializationException(
    `${tokenOf(json)} cannot be converted to ${wanted}${place === "" ? "" : ` at '${place}'`}`,
  );

const tokenOf = (json: unknown): string => {
  if (json === null) return "NULL_VALUE";
  if (Array.isArray(json)) return "START_ARRAY";
  if (typeof json === "object") return "START_OBJECT";
  if (typeof json === "boolean") return json ? "TRUE_VALUE" : "FALSE_VALUE";
  return `${(typeof json).toUpperCase()}_VALUE`;
};

import { badOutput, type OnUnknownMember } from "./json-encode.ts";
import { formatTimestamp } from "./scalars.ts";
import type { Shape, StructureShape } from "./shape.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};

/** Text inside an XML element. Characters that XML 1.0 cannot carry at all become U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);

/** The members of a structure as XML elements, in the model's order. Throws BadOutputError on a value of the wrong type. */
export const encodeXml = (shape: StructureShape, output: object, onUnknownMember: OnUnknownMember): string =>
  structureTo(shape, output, { onUnknownMember, place: shape.name });

interface At {
  readonly onUnknownMember: OnUnknownMember;
  readonly place: string;
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const valueTo = (shape: Shape, value: unknown, at: At): string =>
  (ENCODERS[shape.kind] as (shape: Shape, value: unknown, at: At) => string)(shape, value, at);

const structureTo = (shape: StructureShape, value: unknown, at: At): string => {
  if (typeof value !== "object" || value === null) throw badOutput(value, shape, at.place);
  const given = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) if (!shape.memberByName.has(name)) at.onUnknownMember(`${at.place}.${name}`);
  return shape.members
    .filter(({ name }) => given[name] !== undefined && given[name] !== null)
    .map((member) =>
      memberTo(member.xmlName, member.shape, given[member.name], { ...at, place: `${at.place}.${member.name}` }),
    )
    .join("");
};

const memberTo = (name: string, shape: Shape, value: unknown, at: At): string => {
  // A flattened list or map repeats the member's own element instead of wrapping its items.
  if (shape.kind === "list" && shape.flattened)
    return items(shape, value, at)
      .map((item) => element(name, item))
      .join("");
  if (shape.kind === "map" && shape.flattened)
    return entries(shape, value, at)
      .map((entry) => element(name, entry))
      .join("");
  return element(name, valueTo(shape, value, at));
};

const items = (shape: Extract<Shape, { kind: "list" }>, value: unknown, at: At): string[] => {
  if (!Array.isArray(value)) throw badOutput(value, shape, at.place);
  return value.map((item) => valueTo(shape.item, item, at));
};

const entries = (shape: Extract<Shape, { kind: "map" }>, value: unknown, at: At): string[] => {
  if (typeof value !== "object" || value === null) throw badOutput(value, shape, at.place);
  return Object.entries(value)
    .filter(([, one]) => one !== undefined && one !== null)
    .map(
      ([key, one]) => element(shape.keyName, escapeXml(key)) + element(shape.valueName, valueTo(shape.value, one, at)),
    );
};

type Encoders = {
  readonly [Kind in Shape["kind"]]: (shape: Extract<Shape, { kind: Kind }>, value: unknown, at: At) => string;
};

const ENCODERS: Encoders = {
  structure: structureTo,
  list: (shape, value, at) =>
    items(shape, value, at)
      .map((item) => element(shape.itemName, item))
      .join(""),
  map: (shape, value, at) =>
    entries(shape, value, at)
      .map((entry) => element("entry", entry))
      .join(""),
  string: (shape, value, at) => escapeXml(String(expectType("string", shape, value, at))),
  number: (shape, value, at) => String(expectType("number", shape, value, at)),
  boolean: (shape, value, at) => String(expectType("boolean", shape, value, at)),
  bigInteger: (shape, value, at) => String(expectType("bigint", shape, value, at)),
  timestamp(shape, value, at) {
    if (!(value instanceof Date)) throw badOutput(value, shape, at.place);
    return formatTimestamp(shape.format ?? "date-time", value);
  },
  blob(shape, value, at) {
    if (!(value instanceof Uint8Array)) throw badOutput(value, shape, at.place);
    return Buffer.from(value).toString("base64");
  },
  document: (_, value) => escapeXml(JSON.stringify(value)),
};

const expectType = (type: string, shape: Shape, value: unknown, at: At): unknown => {
  if (typeof value !== type) throw badOutput(value, shape, at.place);
  return value;
};

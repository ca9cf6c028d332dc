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
import { isBase64 } from "./json-decode.ts";
import { type FormNode, numberedChildren } from "./query-form.ts";
import { parseBoolean, parseNumber, parseTimestamp } from "./scalars.ts";
import type { Shape, StructureShape } from "./shape.ts";

/**
 * An operation's input out of an awsQuery form. Unknown fields are ignored; a value of the wrong type throws
 * SerializationException, missing members and unknown enum values throw ValidationException.
 */
export const decodeForm = (shape: StructureShape, form: FormNode): Record<string, unknown> =>
  withFindings((findings) => structureFrom(shape, form, { findings, place: "", depth: 0 }));

interface At {
  readonly findings: Findings;
  readonly place: string;
  readonly depth: number;
}

const within = (at: At, place: string): At => ({ ...at, place, depth: at.depth + 1 });

const valueFrom = (shape: Shape, node: FormNode, at: At): unknown =>
  (DECODERS[shape.kind] as (shape: Shape, node: FormNode, at: At) => unknown)(shape, node, at);

const structureFrom = (shape: StructureShape, node: FormNode, at: At): Record<string, unknown> => {
  checkDepth(at.depth, at.place);
  const decoded: Record<string, unknown> = {};
  let setMembers = 0;
  for (const member of shape.members) {
    const child = node.children.get(member.xmlName);
    const place = placeOfMember(at.place, member.name);
    if (!child) {
      if (member.required) noteMissing(at.findings, place);
      continue;
    }
    decoded[member.name] = valueFrom(member.shape, child, within(at, place));
    setMembers += 1;
  }
  if (shape.isUnion) checkUnion(shape.name, setMembers, at.place, at.findings);
  return decoded;
};

type Decoders = {
  readonly [Kind in Shape["kind"]]: (shape: Extract<Shape, { kind: Kind }>, node: FormNode, at: At) => unknown;
};

const NO_CHILDREN: FormNode = { value: undefined, children: new Map() };

const DECODERS: Decoders = {
  structure: structureFrom,
  list({ item, itemName, flattened }, node, at) {
    // `Names=` is how an SDK says an empty list.
    const parent = flattened ? node : (node.children.get(itemName) ?? NO_CHILDREN);
    return numberedChildren(parent).map((child, index) =>
      valueFrom(item, child, within(at, placeOfItem(at.place, index))),
    );
  },
  map({ value, keyName, valueName, flattened }, node, at) {
    const parent = flattened ? node : (node.children.get("entry") ?? NO_CHILDREN);
    return Object.fromEntries(
      numberedChildren(parent).map((entry) => {
        const key = textOf(entry.children.get(keyName) ?? NO_CHILDREN, "a String", at);
        const place = placeOfEntry(at.place, key);
        return [key, valueFrom(value, entry.children.get(valueName) ?? NO_CHILDREN, within(at, place))];
      }),
    );
  },
  string: ({ oneOf }, node, at) => checkEnum(oneOf, textOf(node, "a String", at), at.place, at.findings),
  number: (shape, node, at) => parsed((text) => parseNumber(text, shape), node, "a Number", at),
  boolean: (_, node, at) => parsed(parseBoolean, node, "a Boolean", at),
  bigInteger: (_, node, at) =>
    parsed((text) => (/^-?\d+$/.test(text) ? BigInt(text) : undefined), node, "an Integer", at),
  timestamp: ({ format }, node, at) =>
    parsed((text) => parseTimestamp(format ?? "date-time", text), node, "a Timestamp", at),
  blob: (_, node, at) =>
    parsed((text) => (isBase64(text) ? new Uint8Array(Buffer.from(text, "base64")) : undefined), node, "a Blob", at),
  document: (_, node, at) => textOf(node, "a Document", at),
};

const textOf = (node: FormNode, wanted: string, at: At): string => {
  if (node.value === undefined) {
    throw new SerializationException(`Start of structure or map found where ${wanted} was expected at '${at.place}'`);
  }
  return node.value;
};

const parsed = <Value>(parse: (text: string) => Value | undefined, node: FormNode, wanted: string, at: At): Value => {
  const text = textOf(node, wanted, at);
  const value = parse(text);
  if (value === undefined) {
    throw new SerializationException(`'${text.slice(0, 200)}' cannot be converted to ${wanted} at '${at.place}'`);
  }
  return value;
};

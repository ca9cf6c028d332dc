import { NormalizedSchema } from "@smithy/core/schema";
import {
  type Binding,
  EMPTY_STRUCTURE,
  type Member,
  type Shape,
  type StringShape,
  type StructureShape,
  type TimestampFormat,
} from "./shape.ts";

/** The values of an enum member, or `undefined` where the member is free text. The schemas themselves do not say. */
export type EnumOf = (structure: string, member: string) => readonly string[] | undefined;

/**
 * The SDK's schemas call whole numbers and fractions alike, and so do its types. These are the members of inputs that AWS's models of Batch,
 * CloudWatch Logs, ECR, ECS and STS make float or double; all other numbers are whole.
 */
const FRACTIONS: ReadonlySet<string> = new Set([
  "canaryPercent",
  "defaultValue",
  "doubleValue",
  "drainPercent",
  "max",
  "min",
  "stepPercent",
  "value",
  "weightFactor",
]);

// The SDK's codes for timestamps, from @smithy/types: 4 leaves the format to the protocol.
const TIMESTAMP_FORMATS: Readonly<Record<number, TimestampFormat>> = {
  4: undefined,
  5: "date-time",
  6: "http-date",
  7: "epoch-seconds",
};

type Traits = ReturnType<NormalizedSchema["getMergedTraits"]>;

const bindingOf = (traits: Traits): Binding => {
  if (traits.httpLabel) return { in: "label" };
  if (traits.httpPayload) return { in: "payload" };
  if (traits.httpResponseCode) return { in: "status" };
  if (traits.httpQueryParams) return { in: "queryParams" };
  if (traits.httpQuery) return { in: "query", as: traits.httpQuery };
  if (traits.httpHeader) return { in: "header", as: traits.httpHeader.toLowerCase() };
  if (traits.httpPrefixHeaders) return { in: "prefixHeaders", as: traits.httpPrefixHeaders.toLowerCase() };
  return { in: "body" };
};

/** Reads schemas of one model into shapes; a structure met twice is the same shape, so recursive ones end. */
export const shapeReader = (enumOf: EnumOf) => {
  const structures = new Map<unknown, StructureShape>();

  const readStructure = (schema: NormalizedSchema): StructureShape => {
    const source = schema.getSchema() as readonly unknown[];
    const known = structures.get(source);
    if (known) return known;
    const members: Member[] = [];
    const memberByName = new Map<string, Member>();
    const name = schema.getName() ?? "";
    const shape: StructureShape = { kind: "structure", name, isUnion: schema.isUnionSchema(), members, memberByName };
    structures.set(source, shape);
    // Required members stand first; the tuple's slot 6 is their count.
    const requiredCount = Number(source[6] ?? 0);
    for (const [memberName, memberSchema] of schema.structIterator()) {
      const traits = memberSchema.getMergedTraits();
      const member: Member = {
        name: memberName,
        required: members.length < requiredCount,
        shape: readShape(memberSchema, memberName, enumOf(name, memberName)),
        jsonName: traits.jsonName ?? memberName,
        // A list's own xmlName names its items' wrapper elsewhere; only the member's counts here.
        xmlName: memberSchema.getMemberTraits().xmlName ?? memberName,
        binding: bindingOf(traits),
      };
      members.push(member);
      memberByName.set(memberName, member);
    }
    return shape;
  };

  const readShape = (schema: NormalizedSchema, memberName: string, oneOf?: readonly string[]): Shape => {
    const flattened = Boolean(schema.getMergedTraits().xmlFlattened);
    if (schema.isListSchema()) {
      const item = schema.getValueSchema();
      return { kind: "list", item: readShape(item, memberName, oneOf), itemName: nameInXml(item, "member"), flattened };
    }
    if (schema.isMapSchema()) {
      const value = schema.getValueSchema();
      const keyName = nameInXml(schema.getKeySchema(), "key");
      return {
        kind: "map",
        value: readShape(value, memberName, oneOf),
        keyName,
        valueName: nameInXml(value, "value"),
        flattened,
      };
    }
    if (schema.isStructSchema()) return readStructure(schema);
    if (schema.isUnitSchema()) return EMPTY_STRUCTURE;
    if (schema.isBooleanSchema()) return { kind: "boolean" };
    if (schema.isNumericSchema() || schema.isBigDecimalSchema())
      return { kind: "number", isFraction: FRACTIONS.has(memberName) };
    if (schema.isBigIntegerSchema()) return { kind: "bigInteger" };
    if (schema.isBlobSchema()) return { kind: "blob" };
    if (schema.isTimestampSchema()) {
      return { kind: "timestamp", format: TIMESTAMP_FORMATS[Number(schema.getSchema())] };
    }
    if (schema.isDocumentSchema()) return { kind: "document" };
    return oneOf ? ({ kind: "string", oneOf } satisfies StringShape) : { kind: "string" };
  };

  /** The shape of an operation's input, output or an error. */
  return (schema: unknown): StructureShape => {
    const shape = readShape(NormalizedSchema.of(schema as never), "");
    if (shape.kind !== "structure") throw new Error(`an operation takes and gives structures, not a ${shape.kind}`);
    return shape;
  };
};

const nameInXml = (schema: NormalizedSchema, fallback: string): string => schema.getMergedTraits().xmlName ?? fallback;

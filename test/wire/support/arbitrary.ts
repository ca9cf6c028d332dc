import fc from "fast-check";
import type { ProtocolName } from "../../../src/http/aws/model.ts";
import type { Member, Shape, StructureShape } from "../../../src/http/aws/shape.ts";

// Recursive shapes end, and inputs stay small enough to read when one fails.
const DEPTH = 4;

const bodyText = (protocol: ProtocolName) =>
  protocol === "awsQuery"
    ? fc.string({ unit: "grapheme", maxLength: 12 })
    : fc.string({ unit: "binary", maxLength: 12 });

// What a label, a query value or a header can carry at all.
const plainText = fc.stringMatching(/^[a-z][A-Za-z0-9:/_. -]{0,12}[a-z]$/);

const milliseconds = fc.integer({ min: 0, max: 4_000_000_000_000 });
const wholeSecond = milliseconds.map((moment) => new Date(Math.floor(moment / 1000) * 1000));

/** Values of a shape that the protocol can carry and AWS's model allows. */
const valueFor = (shape: Shape, protocol: ProtocolName, depth: number): fc.Arbitrary<unknown> => {
  if (shape.kind === "string") return shape.oneOf ? fc.constantFrom(...shape.oneOf) : bodyText(protocol);
  if (shape.kind === "boolean") return fc.boolean();
  if (shape.kind === "number") return shape.isFraction ? fc.integer().map((one) => one / 8) : fc.integer();
  if (shape.kind === "timestamp")
    return shape.format === "http-date" ? wholeSecond : milliseconds.map((one) => new Date(one));
  if (shape.kind === "blob") return fc.uint8Array({ minLength: 1, maxLength: 12 });
  if (shape.kind === "document") return fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.string());
  if (shape.kind === "list") return fc.array(valueFor(shape.item, protocol, depth - 1), { minLength: 1, maxLength: 2 });
  if (shape.kind === "map") {
    return fc.dictionary(fc.stringMatching(/^[a-zA-Z._-]{1,6}$/), valueFor(shape.value, protocol, depth - 1), {
      minKeys: 1,
      maxKeys: 2,
    });
  }
  if (shape.kind === "structure") return structureOf(shape, protocol, depth - 1);
  throw new Error(`no values are made of ${shape.kind}`);
};

const memberFor = ({ shape, binding }: Member, protocol: ProtocolName, depth: number): fc.Arbitrary<unknown> => {
  if (binding.in === "status") return fc.constantFrom(200, 202);
  if (binding.in === "body" || binding.in === "payload") return valueFor(shape, protocol, depth);
  if (shape.kind === "string" && !shape.oneOf) return plainText;
  if (shape.kind === "list" && shape.item.kind === "string" && !shape.item.oneOf) {
    return fc.array(plainText, { minLength: 1, maxLength: 2 });
  }
  return shape.kind === "timestamp" ? wholeSecond : valueFor(shape, protocol, depth);
};

/** Inputs or outputs of an operation: what is required, and some of the rest. */
export const structureOf = (
  shape: StructureShape,
  protocol: ProtocolName,
  depth = DEPTH,
): fc.Arbitrary<Record<string, unknown>> => {
  const members = shape.members.filter((member) => member.required || depth > 0);
  if (shape.isUnion) {
    // A union too deep is cut off at its first member.
    const choices = depth > 0 ? shape.members : shape.members.slice(0, 1);
    return fc.oneof(...choices.map((member) => fc.record({ [member.name]: memberFor(member, protocol, depth) })));
  }
  // A query form cannot say an empty structure, so the first member is always there.
  const [first] = protocol === "awsQuery" && depth < DEPTH ? shape.members : [];
  const present = first && !members.includes(first) ? [first, ...members] : members;
  const values = Object.fromEntries(present.map((member) => [member.name, memberFor(member, protocol, depth)]));
  const required = present.filter((member) => member === first || member.required || isAlwaysSaid(member));
  return fc.record(values, { requiredKeys: required.map(({ name }) => name) }) as fc.Arbitrary<Record<string, unknown>>;
};

// A status is always said, and a client hears an absent payload as an empty one.
const isAlwaysSaid = ({ binding }: Member): boolean => binding.in === "payload" || binding.in === "status";

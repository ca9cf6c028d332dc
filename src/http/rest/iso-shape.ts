import type { Member, Shape, StructureShape } from "../aws/shape.ts";

const isoStructures = new WeakMap<StructureShape, StructureShape>();

/**
 * The same shape with every timestamp as ISO 8601 text, which is what /api speaks: the epoch seconds of AWS's JSON protocols say
 * nothing to people, and JSON has no type that says which numbers are times.
 */
export const isoStructure = (shape: StructureShape): StructureShape => {
  const known = isoStructures.get(shape);
  if (known) return known;
  const members: Member[] = [];
  const memberByName = new Map<string, Member>();
  const iso: StructureShape = { ...shape, members, memberByName };
  // Known before its members are read: shapes may contain themselves.
  isoStructures.set(shape, iso);
  for (const member of shape.members) {
    const isoMember = { ...member, shape: isoShape(member.shape) };
    members.push(isoMember);
    memberByName.set(member.name, isoMember);
  }
  return iso;
};

const isoShape = (shape: Shape): Shape => {
  if (shape.kind === "timestamp") return { kind: "timestamp", format: "date-time" };
  if (shape.kind === "list") return { ...shape, item: isoShape(shape.item) };
  if (shape.kind === "map") return { ...shape, value: isoShape(shape.value) };
  return shape.kind === "structure" ? isoStructure(shape) : shape;
};

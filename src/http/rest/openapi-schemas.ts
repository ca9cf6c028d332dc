import type { Shape, StructureShape } from "../aws/shape.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Turns the shapes of one service into JSON schemas, structures by reference, gathering those in `components`. */
export const schemasOf = (service: string, components: Record<string, JsonSchema>) => {
  const structureSchema = (shape: StructureShape): JsonSchema => {
    const name = `${service}.${shape.name}`;
    if (!(name in components)) {
      // Holds the place before its members are read: shapes may contain themselves.
      components[name] = {};
      components[name] = objectSchema(shape);
    }
    return { $ref: `#/components/schemas/${name}` };
  };

  const objectSchema = (shape: StructureShape, leaveOut: ReadonlySet<string> = new Set()): JsonSchema => {
    const members = shape.members.filter(({ name }) => !leaveOut.has(name));
    const required = members.filter((member) => member.required).map(({ name }) => name);
    return {
      type: "object",
      properties: Object.fromEntries(members.map((member) => [member.name, schemaOf(member.shape)])),
      ...(required.length > 0 && { required }),
      ...(shape.isUnion && { minProperties: 1, maxProperties: 1 }),
    };
  };

  const schemaOf = (shape: Shape): JsonSchema => {
    switch (shape.kind) {
      case "structure":
        return structureSchema(shape);
      case "list":
        return { type: "array", items: schemaOf(shape.item) };
      case "map":
        return { type: "object", additionalProperties: schemaOf(shape.value) };
      case "string":
        return { type: "string", ...(shape.oneOf && { enum: shape.oneOf }) };
      case "timestamp":
        return { type: "string", format: "date-time" };
      case "blob":
        return { type: "string", contentEncoding: "base64" };
      case "bigInteger":
        return { type: "integer" };
      case "document":
        return {};
      default:
        return { type: shape.kind };
    }
  };

  return { schemaOf, objectSchema };
};

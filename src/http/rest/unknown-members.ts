import type { Shape } from "../aws/shape.ts";

/**
 * Places of members that a shape does not have. AWS's protocols ignore them, as AWS does; /api refuses them by name, because a
 * misspelt member that changes nothing is found much later.
 */
export const unknownMembers = (shape: Shape, json: unknown, place = ""): string[] => {
  if (typeof json !== "object" || json === null) return [];
  if (shape.kind === "list") {
    if (!Array.isArray(json)) return [];
    return json.flatMap((item, index) => unknownMembers(shape.item, item, `${place}[${index}]`));
  }
  if (shape.kind === "map") {
    return Object.entries(json).flatMap(([key, value]) => unknownMembers(shape.value, value, within(place, key)));
  }
  if (shape.kind !== "structure" || Array.isArray(json)) return [];
  return Object.entries(json).flatMap(([name, value]) => {
    const member = shape.memberByName.get(name);
    return member ? unknownMembers(member.shape, value, within(place, name)) : [within(place, name)];
  });
};

const within = (place: string, name: string): string => (place === "" ? name : `${place}.${name}`);

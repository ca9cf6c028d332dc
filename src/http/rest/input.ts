import type { RestRoute } from "../../kernel/rest-route.ts";
import { SerializationException } from "../aws/bad-input.ts";
import { decodeJson } from "../aws/json-codec.ts";
import type { StructureShape } from "../aws/shape.ts";
import { InvalidRequestError } from "./errors.ts";
import { isoStructure } from "./iso-shape.ts";
import { fitsQuery, queryValue } from "./query-value.ts";
import { unknownMembers } from "./unknown-members.ts";

/** What a request says, by where it says it. */
export interface RequestParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
}

/** The labels of a path in their order. */
export const labelsOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, label]) => label!);

/** The input's member that a label of the path stands for. */
export const memberOf = (route: RestRoute, label: string): string => route.members?.[label] ?? label;

/** An operation's input, decoded and checked, out of path, query and body. Each member is said in one place only. */
export const restInput = (route: RestRoute, shape: StructureShape, parts: RequestParts): Record<string, unknown> => {
  const iso = isoStructure(shape);
  const fromPath = pathMembers(route, iso, parts.params);
  const fromQuery = queryMembers(iso, parts.query);
  const fromBody = bodyMembers(iso, parts.body);
  for (const name of Object.keys(fromPath)) {
    if (name in fromQuery || name in fromBody) throw new InvalidRequestError(`${name} is given by the path already`);
  }
  for (const name of Object.keys(fromQuery)) {
    if (name in fromBody) throw new InvalidRequestError(`${name} is given by query and body`);
  }
  return decodeJson(iso, { ...fromBody, ...fromQuery, ...fromPath }, { useJsonName: false });
};

const pathMembers = (route: RestRoute, shape: StructureShape, params: RequestParts["params"]) =>
  Object.fromEntries(
    labelsOf(route.path).map((label) => {
      const name = memberOf(route, label);
      const value = params[label];
      return [name, shape.memberByName.get(name)?.shape.kind === "list" ? [value] : value];
    }),
  );

const queryMembers = (shape: StructureShape, query: RequestParts["query"]) =>
  Object.fromEntries(
    Object.entries(query).map(([name, texts]) => {
      const member = shape.memberByName.get(name);
      if (!member) throw new InvalidRequestError(`the query's ${name} is no member of ${shape.name}`);
      if (!fitsQuery(member.shape))
        throw new InvalidRequestError(`${name} is a ${member.shape.kind}: it goes in the body`);
      return [name, queryValue(name, member.shape, typeof texts === "string" ? [texts] : texts)];
    }),
  );

const bodyMembers = (shape: StructureShape, body: unknown): Record<string, unknown> => {
  if (body === undefined) return {};
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new SerializationException("the body must be a JSON object");
  }
  const unknown = unknownMembers(shape, body);
  if (unknown.length > 0) throw new InvalidRequestError(`${shape.name} has no ${unknown.slice(0, 10).join(", ")}`);
  return body as Record<string, unknown>;
};

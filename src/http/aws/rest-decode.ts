import type { IncomingHttpHeaders } from "node:http";
import {
  checkEnum,
  type Findings,
  noteMissing,
  placeOfEntry,
  placeOfItem,
  SerializationException,
  withFindings,
} from "./bad-input.ts";
import { decodeJsonValue, REST_JSON } from "./json-codec.ts";
import { parseBoolean, parseNumber, parseTimestamp } from "./scalars.ts";
import type { Member, Shape, StructureShape } from "./shape.ts";

/** The parts of a request that restJson binds members to. */
export interface RestParts {
  /** By label name, percent-decoded. */
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An operation's input out of path, query, headers and body. Throws like decodeJson. */
export const decodeRest = (shape: StructureShape, parts: RestParts): Record<string, unknown> =>
  withFindings((findings) => {
    const hasBodyMembers = shape.members.some(({ binding }) => binding.in === "body");
    const json = hasBodyMembers ? objectIn(parts.body) : {};
    const decoded: Record<string, unknown> = {};
    for (const member of shape.members) {
      const value = memberFrom(member, parts, json, findings);
      if (value !== undefined) decoded[member.name] = value;
      else if (member.required) noteMissing(findings, member.name);
    }
    return decoded;
  });

/** JSON text in a body; no body at all is no members. Throws SerializationException on malformed JSON. */
export const parseJsonBody = (body: Buffer): unknown => {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new SerializationException("The request body is not well-formed JSON.");
  }
};

const objectIn = (body: Buffer): Readonly<Record<string, unknown>> => {
  const json = parseJsonBody(body);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new SerializationException("The request body is not a JSON object.");
};

const memberFrom = (
  { name, jsonName, shape, binding }: Member,
  { labels, query, headers, body }: RestParts,
  json: Readonly<Record<string, unknown>>,
  findings: Findings,
): unknown => {
  const text: TextReader = (one, of, place, format) => textFrom(of, one, place, findings, format);
  if (binding.in === "label") return labels[name] && text(labels[name], shape, name, "date-time");
  if (binding.in === "query") return fromQuery(shape, query.getAll(binding.as), name, text);
  if (binding.in === "queryParams") return fromQueryParams(shape, query, name, text);
  if (binding.in === "header") return fromHeader(shape, headers[binding.as], name, text);
  if (binding.in === "prefixHeaders") return fromPrefixHeaders(headers, binding.as);
  if (binding.in === "payload") return payloadFrom(shape, body, name, findings);
  const given = json[jsonName];
  return given === undefined || given === null ? undefined : decodeJsonValue(shape, given, REST_JSON, findings, name);
};

type TextReader = (text: string, shape: Shape, place: string, format: "date-time" | "http-date") => unknown;

const fromQuery = (shape: Shape, values: readonly string[], place: string, text: TextReader): unknown => {
  const [first] = values;
  if (first === undefined) return undefined;
  if (shape.kind !== "list") return text(first, shape, place, "date-time");
  return values.map((one, index) => text(one, shape.item, placeOfItem(place, index), "date-time"));
};

const fromQueryParams = (shape: Shape, query: URLSearchParams, place: string, text: TextReader): unknown => {
  if (shape.kind !== "map") return undefined;
  const { value } = shape;
  const keys = [...new Set(query.keys())];
  return Object.fromEntries(
    keys.map((key) => [key, fromQuery(value, query.getAll(key), placeOfEntry(place, key), text)]),
  );
};

const fromHeader = (shape: Shape, given: string | string[] | undefined, place: string, text: TextReader): unknown => {
  if (given === undefined) return undefined;
  const whole = Array.isArray(given) ? given.join(", ") : given;
  if (shape.kind !== "list") return text(whole, shape, place, "http-date");
  return whole.split(",").map((one, index) => text(one.trim(), shape.item, placeOfItem(place, index), "http-date"));
};

const fromPrefixHeaders = (headers: IncomingHttpHeaders, prefix: string): unknown =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), String(value)]),
  );

const payloadFrom = (shape: Shape, body: Buffer, place: string, findings: Findings): unknown => {
  if (shape.kind === "blob") return body.length === 0 ? undefined : new Uint8Array(body);
  if (shape.kind === "string")
    return body.length === 0 ? undefined : checkEnum(shape.oneOf, body.toString(), place, findings);
  return body.length === 0 ? undefined : decodeJsonValue(shape, parseJsonBody(body), REST_JSON, findings, place);
};

const textFrom = (
  shape: Shape,
  text: string,
  place: string,
  findings: Findings,
  format: "date-time" | "http-date",
): unknown => {
  if (shape.kind === "string") return checkEnum(shape.oneOf, text, place, findings);
  const value =
    shape.kind === "number"
      ? parseNumber(text, shape)
      : shape.kind === "boolean"
        ? parseBoolean(text)
        : shape.kind === "timestamp"
          ? parseTimestamp(shape.format ?? format, text)
          : undefined;
  if (value !== undefined) return value;
  throw new SerializationException(`'${text.slice(0, 200)}' cannot be converted to a ${shape.kind} at '${place}'`);
};

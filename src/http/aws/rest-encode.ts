import { encodeJson, encodeJsonValue, REST_JSON } from "./json-codec.ts";
import { badOutput, type OnUnknownMember } from "./json-encode.ts";
import type { OperationModel } from "./model.ts";
import { formatTimestamp } from "./scalars.ts";
import type { Member, Shape } from "./shape.ts";
import type { WireResponse } from "./wire.ts";

/** An operation's output as status, headers and body, each member where restJson puts it. Throws BadOutputError. */
export const encodeRest = (
  { output: shape, http }: OperationModel,
  output: object,
  onUnknownMember: OnUnknownMember,
): WireResponse => {
  const headers: Record<string, string> = {};
  const inBody: Record<string, unknown> = {};
  let status = http?.status ?? 200;
  for (const [name, value] of Object.entries(output)) {
    if (value === undefined || value === null) continue;
    const binding = shape.memberByName.get(name)?.binding;
    const ofShape = shape.memberByName.get(name)?.shape;
    if (binding?.in === "status") status = Number(value);
    else if (binding?.in === "header" && ofShape) headers[binding.as] = headerText(ofShape, value, name);
    else if (binding?.in === "prefixHeaders") putPrefixed(headers, binding.as, value);
    else if (binding?.in !== "payload") inBody[name] = value;
  }
  const payload = shape.members.find(({ binding }) => binding.in === "payload");
  const body = payload
    ? payloadOf(payload, (output as Record<string, unknown>)[payload.name], onUnknownMember)
    : {
        type: "application/json",
        bytes: bodyOf(shape.members, () => encodeJson(shape, inBody, REST_JSON, onUnknownMember)),
      };
  return { status, headers: { "content-type": body.type, ...headers }, body: body.bytes };
};

// An output that the model leaves empty has no body; one whose members merely are absent is `{}`.
const bodyOf = (members: readonly Member[], encode: () => Record<string, unknown>): string => {
  const json = encode();
  return members.length === 0 ? "" : JSON.stringify(json);
};

const payloadOf = ({ shape, name }: Member, value: unknown, onUnknownMember: OnUnknownMember) => {
  if (value === undefined || value === null) return { type: "application/json", bytes: "" };
  if (shape.kind === "blob") {
    if (!(value instanceof Uint8Array)) throw badOutput(value, shape, name);
    return { type: "application/octet-stream", bytes: value };
  }
  if (shape.kind === "string") return { type: "text/plain", bytes: String(value) };
  return { type: "application/json", bytes: JSON.stringify(encodeJsonValue(shape, value, REST_JSON, onUnknownMember)) };
};

const headerText = (shape: Shape, value: unknown, place: string): string => {
  if (shape.kind === "list" && Array.isArray(value))
    return value.map((one) => headerText(shape.item, one, place)).join(", ");
  if (shape.kind === "timestamp" && value instanceof Date) return formatTimestamp(shape.format ?? "http-date", value);
  if (typeof value === "object") throw badOutput(value, shape, place);
  return String(value);
};

const putPrefixed = (headers: Record<string, string>, prefix: string, value: unknown): void => {
  for (const [name, text] of Object.entries(value as object)) headers[prefix + name] = String(text);
};

import type { JsonDialect } from "./json-decode.ts";

export { decodeJson, decodeJsonValue, type JsonDialect } from "./json-decode.ts";
export { BadOutputError, encodeJson, encodeJsonValue, type OnUnknownMember } from "./json-encode.ts";

/** awsJson's bodies, and those of /api: members by AWS's own names. */
export const PLAIN_JSON: JsonDialect = { useJsonName: false };

/** restJson's bodies. */
export const REST_JSON: JsonDialect = { useJsonName: true };

import type { TSchema } from "typebox";
import type { OwnOperation } from "../../kernel/own-operation.ts";
import { ERRORS, type PathOperation } from "./openapi-parts.ts";

const MEDIA_TYPE: Readonly<Record<OwnOperation["answer"], string>> = {
  json: "application/json",
  lines: "application/x-ndjson",
  events: "text/event-stream",
  socket: "",
};

const OK: Readonly<Record<OwnOperation["answer"], string>> = {
  json: "Done",
  lines: "One JSON value of this schema a line, as they come",
  events: "Server-sent events; the schema is that of their data",
  socket: "Switches to a WebSocket",
};

/** What an operation of ours is on the page. */
export const ownPathOperation = (operation: OwnOperation): PathOperation => {
  const { method, path, name, summary, body, output, answer } = operation;
  return {
    method,
    path,
    operation: {
      operationId: name,
      summary,
      tags: ["berth"],
      parameters: [
        ...parameters("path", operation.params),
        ...parameters("query", operation.query),
        ...resumable(answer),
      ],
      ...(body && { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
      responses: {
        [answer === "json" ? operation.status : answer === "socket" ? 101 : 200]: {
          description: OK[answer],
          ...(output && { content: { [MEDIA_TYPE[answer]]: { schema: output } } }),
        },
        ...ERRORS,
      },
    },
  };
};

const parameters = (place: "path" | "query", schema: TSchema | undefined) => {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, object>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
};

const resumable = (answer: OwnOperation["answer"]) =>
  answer === "events" ? [{ name: "Last-Event-ID", in: "header", required: false, schema: { type: "string" } }] : [];

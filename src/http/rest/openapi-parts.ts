import type { Method } from "../../kernel/rest-route.ts";

/** One operation of the page and where it stands. */
export interface PathOperation {
  readonly method: Method;
  readonly path: string;
  readonly operation: Readonly<Record<string, unknown>>;
}

/** Every operation may answer an error, all in one form. */
export const ERRORS = { default: { $ref: "#/components/responses/Error" } };

export const ERROR_RESPONSE = {
  description: "An error, with AWS's code where AWS has one",
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
};

export const ERROR_SCHEMA = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "requestId"],
      properties: {
        code: { type: "string" },
        message: { type: "string" },
        requestId: { type: "string" },
        detail: { type: "object", description: "Figures and facts beside the message" },
      },
    },
  },
};

import type { OwnOperation } from "../../kernel/own-operation.ts";
import { awsOperations } from "./openapi-aws.ts";
import { ownPathOperation } from "./openapi-own.ts";
import { ERROR_RESPONSE, ERROR_SCHEMA } from "./openapi-parts.ts";
import type { JsonSchema } from "./openapi-schemas.ts";
import type { RestService } from "./service.ts";

export interface OpenApiOptions {
  readonly services: readonly RestService[];
  readonly operations: readonly OwnOperation[];
  readonly version: string;
}

const DESCRIPTION = `Berth's own API: AWS's operations as resources, and what Berth can tell and do besides.

Members are spelled as in AWS's JSON; timestamps are ISO 8601 text here (AWS's own protocols write epoch seconds).
Unknown members are refused by name. An operation that is not built answers 501.
Account and region are the installation's unless the headers \`X-Berth-Account\` and \`X-Berth-Region\` say otherwise.`;

const scopeHeader = (name: string, what: string) => ({
  name,
  in: "header",
  required: false,
  description: `The ${what} to act in`,
  schema: { type: "string" },
});

/** The OpenAPI 3.1 document of everything under /api that is built. */
export const openApiDocument = ({ services, operations, version }: OpenApiOptions): JsonSchema => {
  const schemas: Record<string, JsonSchema> = { Error: ERROR_SCHEMA };
  const all = [...operations.map(ownPathOperation), ...services.flatMap((service) => awsOperations(service, schemas))];
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, operation } of all) {
    const item = paths[`/api${path}`] ?? {
      parameters: [scopeHeader("X-Berth-Account", "account"), scopeHeader("X-Berth-Region", "region")],
    };
    item[method.toLowerCase()] = operation;
    paths[`/api${path}`] = item;
  }
  return {
    openapi: "3.1.0",
    info: { title: "Berth", version, description: DESCRIPTION },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas,
      responses: { Error: ERROR_RESPONSE },
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "apiToken of credentials.json" } },
    },
  };
};

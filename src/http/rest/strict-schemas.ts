import { Ajv } from "ajv";
import type { FastifySchemaCompiler } from "fastify";

/**
 * Checks requests against their schemas. Text of paths and queries is read as the type its schema says; in a body "5" is no
 * number. Fastify's own compiler would convert both and drop unknown members in silence.
 */
export const strictSchemas = (): FastifySchemaCompiler<object> => {
  const ofBody = new Ajv({ useDefaults: true });
  const ofText = new Ajv({ useDefaults: true, coerceTypes: "array" });
  return ({ schema, httpPart }) => (httpPart === "body" ? ofBody : ofText).compile(schema);
};

import type { RestRoute } from "../../kernel/rest-route.ts";
import { type OperationModel, operationsOf } from "../aws/model.ts";
import { isBuilt } from "./answer.ts";
import { labelsOf, memberOf } from "./input.ts";
import { ERRORS, type PathOperation } from "./openapi-parts.ts";
import { type JsonSchema, schemasOf } from "./openapi-schemas.ts";
import { fitsQuery } from "./query-value.ts";
import type { RestService } from "./service.ts";

/** What a service's built operations are on the page: each by its resource, where it has one, and by its name. */
export const awsOperations = (service: RestService, components: Record<string, JsonSchema>): PathOperation[] => {
  const models = operationsOf(service.model);
  const byName = Object.keys(service.handlers).map(
    (operation): RestRoute => ({ operation, method: "POST", path: `/aws/${service.name}/${operation}` }),
  );
  const schemas = schemasOf(service.name, components);
  return [...service.routes.filter(({ operation }) => isBuilt(service, operation)), ...byName].map((route) => {
    const model = models.get(route.operation);
    if (!model) throw new Error(`${service.name} has no operation ${route.operation}`);
    return pathOperation(service, route, model, schemas);
  });
};

const pathOperation = (
  { name: service }: RestService,
  route: RestRoute,
  { input, output }: OperationModel,
  { schemaOf, objectSchema }: ReturnType<typeof schemasOf>,
): PathOperation => {
  const labels = labelsOf(route.path);
  const pathMembers = new Set(labels.map((label) => memberOf(route, label)));
  // POST and PUT say everything in the body; elsewhere only what a query cannot hold stands there.
  const inQuery = input.members.filter(
    ({ name, shape }) => isQueryMethod(route.method) && !pathMembers.has(name) && fitsQuery(shape),
  );
  const outsideBody = new Set([...pathMembers, ...inQuery.map(({ name }) => name)]);
  const body = objectSchema(input, outsideBody);
  const hasBody = route.method !== "GET" && input.members.length > outsideBody.size;
  const isByName = route.path.startsWith("/aws/");
  return {
    method: route.method,
    path: route.path,
    operation: {
      operationId: isByName ? `${service}.${route.operation}` : `${service}.${route.operation}.${route.method}`,
      summary: `${route.operation}${isByName ? ", by its name" : ""}`,
      tags: [isByName ? `${service}, by operation` : service],
      parameters: [
        ...labels.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
        ...inQuery.map(({ name, required, shape }) => ({ name, in: "query", required, schema: schemaOf(shape) })),
      ],
      ...(hasBody && {
        requestBody: { required: "required" in body, content: { "application/json": { schema: body } } },
      }),
      responses: {
        [route.status ?? 200]: {
          description: `What ${route.operation} answers`,
          content: { "application/json": { schema: schemaOf(output) } },
        },
        ...ERRORS,
      },
    },
  };
};

const isQueryMethod = (method: RestRoute["method"]): boolean => method === "GET" || method === "DELETE";

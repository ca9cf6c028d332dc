import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Scope } from "../../kernel/scope.ts";
import { answerRoute } from "./answer.ts";
import { restCaller } from "./caller.ts";
import { UnknownOperationError } from "./errors.ts";
import type { RequestParts } from "./input.ts";
import type { RestService } from "./service.ts";

/** `/clusters/{cluster}` as Fastify writes it. */
export const fastifyPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

/** Serves the operations of AWS services: by their resources, and all of them by name. */
export const serveAwsRoutes = (app: FastifyInstance, services: readonly RestService[], defaults: Scope): void => {
  for (const service of services) {
    for (const route of service.routes) {
      app.route({
        method: route.method,
        url: fastifyPath(route.path),
        async handler(request, reply) {
          const caller = restCaller(request.headers, defaults, request.id);
          const output = await answerRoute(service, route, partsOf(request), caller, warnOf(request));
          return reply.code(route.status ?? 200).send(output);
        },
      });
    }
  }

  const serviceByName = new Map(services.map((service) => [service.name, service]));
  app.post("/aws/:service/:operation", async (request) => {
    const { service: name = "", operation = "" } = request.params as Record<string, string>;
    const service = serviceByName.get(name);
    if (!service) {
      const names = [...serviceByName.keys()].join(", ");
      throw new UnknownOperationError(`No service ${name.slice(0, 100)} is served here; these are: ${names}.`);
    }
    const caller = restCaller(request.headers, defaults, request.id);
    const route = { operation, method: "POST", path: "" } as const;
    return answerRoute(service, route, { ...partsOf(request), params: {} }, caller, warnOf(request));
  });
};

const partsOf = (request: FastifyRequest): RequestParts => ({
  params: request.params as RequestParts["params"],
  query: request.query as RequestParts["query"],
  body: request.body ?? undefined,
});

const warnOf = (request: FastifyRequest) => (place: string) =>
  request.log.warn(`a handler answered ${place}, which AWS's model does not have`);

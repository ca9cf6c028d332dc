import { fastifySSE } from "@fastify/sse";
import type { FastifyPluginAsync } from "fastify";
import type { OwnOperation } from "../../kernel/own-operation.ts";
import type { Scope } from "../../kernel/scope.ts";
import { serveAwsRoutes } from "./aws-routes.ts";
import { bearerCheck } from "./bearer.ts";
import { errorAnswer } from "./error-answer.ts";
import { UnauthorizedError, UnknownPathError } from "./errors.ts";
import { openApiDocument } from "./openapi.ts";
import { serveOwnRoutes } from "./own-routes.ts";
import type { RestService } from "./service.ts";

export interface RestOptions {
  readonly services: readonly RestService[];
  readonly operations: readonly OwnOperation[];
  readonly apiToken: string;
  /** Account and region of requests that name none. */
  readonly defaults: Scope;
  readonly version: string;
  /** Between two comments that keep a quiet stream of events alive. */
  readonly heartbeatMs?: number;
}

/** /api: AWS's operations as resources and Berth's own, as JSON, for whoever has the token. Register it with the prefix `/api`. */
export const restPlugin: FastifyPluginAsync<RestOptions> = async (app, options) => {
  const isAllowed = bearerCheck(options.apiToken);
  // Clients say "application/json" also where they send nothing.
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) =>
    body === "" ? done(null, undefined) : parse(request, body as string, done),
  );
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    // The document holds no secret, and whoever is to use the API reads it first.
    if (request.routeOptions.url === "/api/openapi.json") return;
    if (!isAllowed(request.headers.authorization)) throw new UnauthorizedError();
  });
  app.setErrorHandler((error, request, reply) => {
    const { status, body, unexpected } = errorAnswer(error, request.id);
    if (unexpected) request.log.error({ err: error }, "an operation of /api broke");
    if (status === 401) reply.header("www-authenticate", "Bearer");
    return reply.code(status).send(body);
  });

  await app.register(fastifySSE, { heartbeatInterval: options.heartbeatMs ?? 15_000 });
  serveAwsRoutes(app, options.services, options.defaults);
  await serveOwnRoutes(app, options.operations, options.defaults);

  const document = openApiDocument(options);
  app.get("/openapi.json", async () => document);

  // A route, not a not-found handler: another protocol on this port may own every path that is left.
  // `/` apart: beside another protocol's `/*`, that one gets `/api` itself.
  for (const path of ["/", "/*"])
    app.all(path, async (request) => {
      throw new UnknownPathError(request.method, request.url.split("?")[0] ?? "");
    });
};

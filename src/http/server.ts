import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { errorAnswer } from "./rest/error-answer.ts";
import { UnknownPathError } from "./rest/errors.ts";
import { dropSpareConnections } from "./spare-connections.ts";

export interface ServerOptions {
  /** A new request's id. */
  readonly requestId: () => string;
  readonly bodyLimitBytes: number;
  /** pino, or nothing to be silent. */
  readonly log?: FastifyBaseLogger;
}

/**
 * The HTTP server before anything is served or listens: request ids, limits, and the answer to what no protocol owns. Each protocol
 * is a plugin with its own body parsers and its own way to say errors.
 */
export const makeServer = ({ requestId, bodyLimitBytes, log }: ServerOptions): FastifyInstance => {
  const app = Fastify({
    bodyLimit: bodyLimitBytes,
    genReqId: requestId,
    // A caller's own id in the log would let it pass for another's request.
    requestIdHeader: false,
    ...(log && { loggerInstance: log }),
    // One line for each request would be most of the log; errors are told where they happen.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: {
      ignoreTrailingSlash: true,
      // Paths carry ARNs, which outgrow the router's default of 100 characters.
      maxParamLength: 4096,
    },
  });
  dropSpareConnections(app);
  app.setErrorHandler((error, request, reply) => {
    const { status, body, unexpected } = errorAnswer(error, request.id);
    if (unexpected) request.log.error({ err: error }, "a request broke outside any protocol");
    return reply.code(status).header("x-request-id", request.id).send(body);
  });
  app.setNotFoundHandler((request, reply) => {
    const { status, body } = errorAnswer(
      new UnknownPathError(request.method, request.url.split("?")[0] ?? ""),
      request.id,
    );
    return reply.code(status).header("x-request-id", request.id).send(body);
  });
  return app;
};

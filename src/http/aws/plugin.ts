import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../../kernel/errors.ts";
import { SerializationException } from "./bad-input.ts";
import { FrontEndError } from "./errors.ts";
import { answerError, type HandleOptions, handleRequest } from "./handle.ts";
import { operationFinder } from "./routes.ts";
import type { ServedService } from "./service.ts";
import { readClaimLeniently } from "./signature.ts";
import type { WireRequest, WireResponse } from "./wire.ts";

export interface AwsOptions extends Omit<HandleOptions, "strictOutput"> {
  readonly services: readonly ServedService[];
  /** Ids come from outside; one for each request, said in its answer. */
  readonly newRequestId: () => string;
  /** What a request's body may hold at most; 1 MiB unless said. */
  readonly bodyLimitBytes?: number;
  readonly strictOutput?: boolean;
}

const MEBIBYTE = 1024 * 1024;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

/**
 * AWS's side of the port: a Fastify plugin that answers every path no other route claims. Register it beside our own
 * routes; Fastify prefers theirs, which are more specific.
 */
export const awsPlugin =
  ({ services, newRequestId, bodyLimitBytes = MEBIBYTE, ...options }: AwsOptions): FastifyPluginAsync =>
  async (app) => {
    const find = operationFinder(services);
    const settings: HandleOptions = { ...options, strictOutput: options.strictOutput ?? false };

    // The signature covers the bytes as they came, whatever their type claims to be.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

    app.route({
      method: METHODS,
      url: "/*",
      bodyLimit: bodyLimitBytes,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const requestId = newRequestId();
        return send(
          reply,
          requestId,
          await handleRequest(find, settings, wireRequest(request), requestId, request.log),
        );
      },
    });

    // Only what Fastify refuses before the handler arrives here: a body too long, a length that is not true.
    app.setErrorHandler((error: FastifyError, request, reply) => {
      const requestId = newRequestId();
      const wire = wireRequest(request);
      const found = find(wire, readClaimLeniently(wire)?.scope.service);
      return send(
        reply,
        requestId,
        answerError(asApiError(error, bodyLimitBytes), found, wire, requestId, request.log),
      );
    });
  };

const NO_BODY = Buffer.alloc(0);

const wireRequest = ({ method, raw, headers, body, socket }: FastifyRequest): WireRequest => {
  const [path = "/", ...query] = (raw.url ?? "/").split("?");
  const queryText = query.join("?");
  return {
    method,
    path,
    queryText,
    query: new URLSearchParams(queryText),
    headers,
    body: Buffer.isBuffer(body) ? body : NO_BODY,
    remoteAddress: socket.remoteAddress ?? "",
  };
};

// As bytes: to text Fastify would add a charset, which AWS does not say.
const send = (reply: FastifyReply, requestId: string, { status, headers, body }: WireResponse): FastifyReply =>
  reply
    .code(status)
    .headers(headers)
    .header("x-amzn-requestid", requestId)
    .send(typeof body === "string" ? Buffer.from(body) : body);

const asApiError = (error: FastifyError, bodyLimitBytes: number): unknown => {
  if (error instanceof ApiError) return error;
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    const words = `Request must be smaller than ${bodyLimitBytes} bytes`;
    return new FrontEndError("RequestEntityTooLargeException", words);
  }
  const isTheirs = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  return isTheirs ? new SerializationException(error.message) : error;
};

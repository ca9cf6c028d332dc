import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { OwnCall, OwnOperation } from "../../kernel/own-operation.ts";
import type { Scope } from "../../kernel/scope.ts";
import { fastifyPath } from "./aws-routes.ts";
import { restCaller } from "./caller.ts";
import { InvalidRequestError } from "./errors.ts";
import { openStreams } from "./open-streams.ts";
import { serveOwnSockets } from "./own-sockets.ts";
import { sendEvents } from "./send-events.ts";
import { strictSchemas } from "./strict-schemas.ts";

/** Serves Berth's own operations: one route each, checked by their schemas. */
export const serveOwnRoutes = async (
  app: FastifyInstance,
  operations: readonly OwnOperation[],
  defaults: Scope,
): Promise<void> => {
  app.setValidatorCompiler(strictSchemas());
  const signalOf = openStreams(app);
  await serveOwnSockets(app, operations, (request, signal) => callOf(request, signal, defaults));
  for (const operation of operations) {
    if (operation.answer === "socket") continue;
    const { method, path, params, query, body } = operation;
    app.route({
      method,
      url: fastifyPath(path),
      schema: { ...(params && { params }), ...(query && { querystring: query }), ...(body && { body }) },
      ...(operation.answer === "events" && { sse: "only" as const }),
      async handler(request, reply) {
        if (!body && request.body !== undefined && request.body !== null) {
          throw new InvalidRequestError(`${method} ${path} takes no body`);
        }
        return answer(operation, callOf(request, signalOf(reply), defaults), reply);
      },
    });
  }
};

const callOf = (request: FastifyRequest, signal: AbortSignal, defaults: Scope): OwnCall => {
  const lastEventId = request.headers["last-event-id"];
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    caller: restCaller(request.headers, defaults, request.id),
    signal,
    lastEventId: typeof lastEventId === "string" && lastEventId !== "" ? lastEventId : undefined,
  };
};

const answer = async (
  operation: Exclude<OwnOperation, { answer: "socket" }>,
  call: OwnCall,
  reply: FastifyReply,
): Promise<unknown> => {
  if (operation.answer === "json") {
    const output = await operation.handle(call as never);
    return reply.code(operation.status).send(operation.output ? output : undefined);
  }
  if (operation.answer === "events") return sendEvents(reply, await operation.handle(call as never), call.signal);
  const lines = asLines(await operation.handle(call as never));
  return reply.type("application/x-ndjson; charset=utf-8").send(Readable.from(lines, { objectMode: false }));
};

async function* asLines(values: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}

import fastifyWebsocket from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { createWebSocketStream } from "ws";
import type { OwnCall, OwnOperation, OwnSocket } from "../../kernel/own-operation.ts";
import { fastifyPath } from "./aws-routes.ts";
import { InvalidRequestError } from "./errors.ts";

type SocketOperation = Extract<OwnOperation, { answer: "socket" }>;

/** Programs send little at once; what is larger is no message of theirs. */
const MOST_BYTES = 1024 * 1024;

/**
 * Serves operations that answer with a WebSocket. They are asked before the connection is one, so that a refusal is an answer like any
 * other.
 */
export const serveOwnSockets = async (
  app: FastifyInstance,
  operations: readonly OwnOperation[],
  callOf: (request: FastifyRequest, signal: AbortSignal) => OwnCall,
): Promise<void> => {
  await app.register(fastifyWebsocket, { options: { maxPayload: MOST_BYTES } });
  for (const operation of operations) if (operation.answer === "socket") serve(app, operation, callOf);
};

const serve = (
  app: FastifyInstance,
  operation: SocketOperation,
  callOf: (request: FastifyRequest, signal: AbortSignal) => OwnCall,
): void => {
  const { path, params, query } = operation;
  const conversations = new WeakMap<FastifyRequest, (socket: OwnSocket) => Promise<void>>();
  app.route({
    method: "GET",
    url: fastifyPath(path),
    schema: { ...(params && { params }), ...(query && { querystring: query }) },
    async preHandler(request) {
      if (!request.ws) throw new InvalidRequestError(`GET ${path} is answered over a WebSocket: ask for an upgrade`);
      const gone = new AbortController();
      request.raw.socket.once("close", () => gone.abort());
      conversations.set(request, await operation.handle(callOf(request, gone.signal) as never));
    },
    handler: async () => {},
    wsHandler(socket, request) {
      const stream = createWebSocketStream(socket, { readableObjectMode: true });
      const send = (message: Uint8Array) =>
        new Promise<void>((resolve, reject) => stream.write(message, (error) => (error ? reject(error) : resolve())));
      // A client that goes away is told to whoever sends or listens.
      stream.on("error", () => {});
      void conversations.get(request)!({ received: stream, send })
        .catch((error: unknown) => {
          if (!stream.destroyed) request.log.warn({ err: error }, "a conversation over a WebSocket broke");
        })
        .finally(() => stream.end());
    },
  });
};

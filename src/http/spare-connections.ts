import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Browsers and Node's fetch open connections in advance. One that never carried a request does not count as idle to Node, and
 * closing the server would wait a minute for it: such connections are dropped when closing begins.
 */
export const dropSpareConnections = (app: FastifyInstance): void => {
  const spare = new Set<Socket>();
  app.server.on("connection", (socket: Socket) => {
    spare.add(socket);
    socket.once("close", () => spare.delete(socket));
  });
  app.server.on("request", ({ socket }) => spare.delete(socket));
  app.addHook("preClose", async () => {
    for (const socket of spare) socket.destroy();
  });
};

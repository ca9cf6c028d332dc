import type { FastifyInstance, FastifyReply } from "fastify";

/** Gives each streaming answer the signal that ends it: when its client has gone, and when the server closes. */
export type SignalOf = (reply: FastifyReply) => AbortSignal;

export const openStreams = (app: FastifyInstance): SignalOf => {
  const open = new Set<AbortController>();
  // Closing waits for requests in flight, and a stream without an end would keep it waiting.
  app.addHook("preClose", async () => {
    for (const controller of open) controller.abort();
  });
  return (reply) => {
    const controller = new AbortController();
    open.add(controller);
    reply.raw.once("close", () => {
      open.delete(controller);
      controller.abort();
    });
    return controller.signal;
  };
};

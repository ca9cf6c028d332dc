import type { FastifyReply } from "fastify";
import type { ServerEvent } from "../../kernel/own-operation.ts";

/** Sends server-sent events as they come, no faster than the client reads, until they end or the signal aborts. */
export const sendEvents = async (
  reply: FastifyReply,
  events: AsyncIterable<ServerEvent>,
  signal: AbortSignal,
): Promise<void> => {
  // Told at once, so that a client knows it is listening before the first event.
  reply.sse.sendHeaders(200);
  try {
    await reply.sse.send(events);
  } catch (error) {
    if (signal.aborted) return;
    // The status has gone out with the headers: all that is left is to say it in the stream and end.
    reply.log.error({ err: error }, "a stream of events broke");
    const message = `The stream broke. The log tells more under request ${reply.request.id}.`;
    await reply.sse.send({ event: "error", data: { message } });
  }
};

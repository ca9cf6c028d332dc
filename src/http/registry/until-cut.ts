import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/**
 * The body of a request as far as it comes. Where the client breaks off, it ends instead of failing, so that all that came is kept and the
 * upload can go on from there; `request.complete` then tells which it was. Whoever gives it up leaves the request readable.
 */
export const untilCut = (request: IncomingMessage): Readable => {
  const body = new Readable({
    read: () => void request.resume(),
    destroy(error, done) {
      request.off("data", take).pause();
      done(error);
    },
  });
  const take = (chunk: Buffer): void => {
    if (!body.push(chunk)) request.pause();
  };
  const end = (): void => {
    if (!body.readableEnded && !body.destroyed) body.push(null);
    request.off("end", end).off("close", end);
  };
  // A broken connection is told as an error first, and closes the request then.
  request
    .on("data", take)
    .once("end", end)
    .once("close", end)
    .on("error", () => {});
  return body;
};

import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/**
 * The body of a request as far as it comes. Where the client breaks off, it ends instead of failing, so that all that came is kept and the
 * upload can go on from there; `request.complete` then tells which it was.
 */
export const untilCut = (request: IncomingMessage): Readable => Readable.from(chunksOf(request), { objectMode: false });

async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false });
  } catch (error) {
    if (request.complete) throw error;
  }
}

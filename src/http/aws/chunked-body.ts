import { SerializationException } from "./bad-input.ts";

/** One chunk of an aws-chunked body, and the signature it bears if its client signs chunks. */
export interface Chunk {
  readonly data: Buffer;
  readonly signature: string | undefined;
}

/**
 * Takes an aws-chunked body apart: `size-in-hex[;chunk-signature=…]\r\n data \r\n`, until a chunk of size zero. Trailing
 * headers after it are ignored, nothing here reads them. The last, empty chunk is among those returned: it is signed too.
 */
export const chunksOf = (body: Buffer): Chunk[] => {
  const chunks: Chunk[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf("\r\n", at);
    const line = lineEnd < 0 ? "" : body.toString("latin1", at, lineEnd);
    const parsed = /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line);
    if (!parsed) throw new SerializationException("The aws-chunked body is malformed or incomplete.");
    const start = lineEnd + 2;
    const end = start + Number.parseInt(parsed[1] ?? "0", 16);
    if (end > body.length) throw new SerializationException("The aws-chunked body is malformed or incomplete.");
    chunks.push({ data: body.subarray(start, end), signature: parsed[2] });
    if (end === start) return chunks;
    at = end + 2;
  }
};

/** The data of all chunks in one piece. */
export const dataOf = (chunks: readonly Chunk[]): Buffer => Buffer.concat(chunks.map(({ data }) => data));

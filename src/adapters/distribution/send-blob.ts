import { connect } from "node:net";
import type { Writable } from "node:stream";
import { RegistryUnavailableError } from "../../kernel/errors.ts";

/** What goes before a blob's bytes. */
export interface BlobHead {
  readonly status: 200 | 206;
  readonly length: number;
  /** Of a part: `bytes 0-99/1000`. */
  readonly contentRange?: string;
}

const BUFFER_BYTES = 256 * 1024;
const LONGEST_HEAD = 16 * 1024;
const ANSWER_WITHIN_MS = 120_000;

/**
 * Sends a blob on to what `open` answers, by one buffer that is used over and over: HTTP as Node reads it takes a new one for every part, and that
 * alone was more than half of the work. Resolves to true once all is written, to false where Distribution answers anything but the bytes; then
 * `open` was not called. Rejects where either side breaks off.
 */
export const sendBlob = (
  socketPath: string,
  path: string,
  range: string | undefined,
  open: (head: BlobHead) => Writable,
): Promise<boolean> =>
  new Promise((resolve, reject) => {
    let head = "";
    let left = 0;
    let out: Writable | undefined;
    const end = (settle: () => void): void => {
      socket.destroy();
      settle();
    };
    const fail = (cause: Error): void => end(() => reject(out ? cause : new RegistryUnavailableError({ cause })));

    /** Nothing more is read before this is written: its buffer is the only one. */
    const forward = (part: Buffer, to: Writable): boolean => {
      left -= part.length;
      if (left < 0) fail(new Error(`${path} is longer than was announced`));
      else
        to.write(part, (error) => {
          if (error) fail(error);
          else if (left === 0) end(() => resolve(true));
          else socket.resume();
        });
      return false;
    };
    const take = (part: Buffer): boolean => {
      if (out) return forward(part, out);
      head += part.toString("latin1");
      const headEnd = head.indexOf("\r\n\r\n");
      if (headEnd < 0) {
        if (head.length > LONGEST_HEAD) fail(new Error(`the answer to ${path} has no end to its headers`));
        return true;
      }
      const read = headIn(head.slice(0, headEnd));
      if (!read) {
        end(() => resolve(false));
        return false;
      }
      left = read.length;
      out = open(read);
      out.once("close", () => fail(new Error("whoever asked for the blob is gone")));
      return forward(part.subarray(part.length - (head.length - headEnd - "\r\n\r\n".length)), out);
    };
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    const onread = { buffer, callback: (bytes: number) => take(buffer.subarray(0, bytes)) };
    const socket = connect({ path: socketPath, onread });
    const rangeLine = range === undefined ? "" : `range: ${range}\r\n`;
    socket.write(`GET ${path} HTTP/1.1\r\nhost: registry\r\nconnection: close\r\n${rangeLine}\r\n`);
    socket.setTimeout(ANSWER_WITHIN_MS, () => {
      if (!out) fail(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`));
    });
    socket.once("error", fail).once("close", () => fail(new Error(`${path} broke off`)));
  });

/** `undefined` for an answer that is not a blob's bytes, as long as it says. */
const headIn = (text: string): BlobHead | undefined => {
  const status = /^HTTP\/1\.1 (200|206) /.exec(text)?.[1];
  const length = /^content-length: (\d+)\r?$/im.exec(text)?.[1];
  const contentRange = /^content-range: (.+?)\r?$/im.exec(text)?.[1];
  if (status === undefined || length === undefined) return undefined;
  return {
    status: status === "206" ? 206 : 200,
    length: Number(length),
    ...(contentRange !== undefined && { contentRange }),
  };
};

import type { OutgoingHttpHeaders } from "node:http";
import type { Answering, Asked } from "./asked.ts";
import { blobUnknown, DoorError, digestInvalid, unsupported } from "./errors.ts";
import { isDigest } from "./names.ts";

/** GET and HEAD of a blob, whole or in parts. */
export const answerBlob = async <Holder>(asked: Asked<Holder>, digest: string): Answering => {
  const { parts, request, reply, repository } = asked;
  if (request.method === "DELETE")
    throw unsupported("Layers are not deleted one by one: delete the images, and their space is freed by itself.");
  if (request.method !== "GET" && request.method !== "HEAD") throw unsupported("Blobs are uploaded, and then read.");
  if (!isDigest(digest)) throw digestInvalid(digest);
  reply.headers({
    "accept-ranges": "bytes",
    "content-type": "application/octet-stream",
    "docker-content-digest": digest,
    etag: `"${digest}"`,
  });
  if (request.method === "HEAD") {
    const size = await parts.shelf.blobs.size(repository, digest);
    if (size === undefined) throw blobUnknown(digest);
    return reply.header("content-length", size).send();
  }
  const range = oneRange(request.headers.range);
  if (await isSent(asked, digest, range)) return reply;
  const reading = await parts.shelf.blobs.read(repository, digest, range);
  if (!reading) throw blobUnknown(digest);
  if (reading.status === 416)
    throw new DoorError(416, "RANGE_INVALID", "The blob has no such bytes.", {
      headers: { "content-range": reading.contentRange ?? "" },
    });
  reply.code(reading.status).header("content-length", reading.length);
  if (reading.contentRange !== undefined) reply.header("content-range", reading.contentRange);
  return reply.send(reading.bytes);
};

/** HTTP lets a server answer all of it where several parts are asked for, and has it do so where the range is none of bytes. */
const oneRange = (text: string | undefined): string | undefined => {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(text ?? "") ?? [];
  const isNone = first === "" ? last === "" : last !== "" && Number(last) < Number(first);
  return isNone ? undefined : text;
};

/** `false`: not that way, and nothing is answered yet. */
const isSent = async <Holder>(
  { parts, reply, repository }: Asked<Holder>,
  digest: string,
  range: string | undefined,
): Promise<boolean> => {
  const { raw } = reply;
  try {
    const isDone = await parts.shelf.blobs.send?.(repository, digest, range, (head) => {
      const part = head.contentRange === undefined ? {} : { "content-range": head.contentRange };
      reply.hijack();
      raw.writeHead(head.status, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        "content-length": head.length,
        ...part,
      });
      return raw;
    });
    if (isDone) raw.end();
    return isDone ?? false;
  } catch (error) {
    if (!raw.headersSent) throw error;
    // The client learns by the broken connection that this is not all.
    raw.destroy();
    return true;
  }
};

import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Where a registry listens, and how its caller is let in. */
export interface RegistryAt {
  readonly at: Pick<RequestOptions, "port" | "host" | "socketPath">;
  readonly authorization?: string;
  /** The repository as this registry names it. */
  readonly name: string;
}

const CHUNK = 1024 * 1024;

/** A blob that is nowhere in memory as a whole. */
export interface BigBlob {
  readonly digest: string;
  readonly bytes: number;
  stream(): Readable;
}

/** So many MiB of random bytes, none like another's. */
export const bigBlob = (mebibytes: number): BigBlob => {
  const chunk = randomBytes(CHUNK);
  function* chunks() {
    for (let index = 0; index < mebibytes; index += 1) {
      const one = Buffer.from(chunk);
      one.writeUInt32BE(index);
      yield one;
    }
  }
  const hash = createHash("sha256");
  for (const one of chunks()) hash.update(one);
  return {
    digest: `sha256:${hash.digest("hex")}`,
    bytes: mebibytes * CHUNK,
    stream: () => Readable.from(chunks(), { objectMode: false, highWaterMark: 64 * 1024 }),
  };
};

const ask = async (
  { at, authorization }: RegistryAt,
  method: string,
  path: string,
  body?: Readable,
): Promise<IncomingMessage> => {
  const headers = {
    ...(authorization !== undefined && { authorization }),
    ...(body && { "content-type": "application/octet-stream" }),
  };
  const asked = request({ ...at, method, path, headers });
  const answered = once(asked, "response") as Promise<[IncomingMessage]>;
  if (body) await pipeline(body, asked);
  else asked.end();
  const [answer] = await answered;
  if ((answer.statusCode ?? 0) < 300) return answer;
  throw new Error(`${method} ${path} answered ${answer.statusCode}`);
};

const pathOf = (location: string): string => {
  const { pathname, search } = new URL(location, "http://registry");
  return pathname + search;
};

/** Uploads it as docker does: POST, PATCH, PUT. */
export const pushBlob = async (to: RegistryAt, blob: BigBlob): Promise<void> => {
  const begun = await ask(to, "POST", `/v2/${to.name}/blobs/uploads/`);
  begun.resume();
  const patched = await ask(to, "PATCH", pathOf(begun.headers.location!), blob.stream());
  patched.resume();
  const done = await ask(to, "PUT", `${pathOf(patched.headers.location!)}&digest=${blob.digest}`);
  done.resume();
};

/** Downloads it and answers how many bytes came. `look` sees each part, to hash it for instance. */
export const pullBlob = async (
  from: RegistryAt,
  { digest }: Pick<BigBlob, "digest">,
  look: (part: Buffer) => void = () => {},
): Promise<number> => {
  const answer = await ask(from, "GET", `/v2/${from.name}/blobs/${digest}`);
  let bytes = 0;
  for await (const part of answer) {
    bytes += (part as Buffer).length;
    look(part as Buffer);
  }
  return bytes;
};

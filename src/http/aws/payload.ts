import { timingSafeEqual } from "node:crypto";
import { scopeText, sha256Hex, signText } from "./canonical.ts";
import { chunksOf, dataOf } from "./chunked-body.ts";
import { FrontEndError } from "./errors.ts";
import type { Claim } from "./signature.ts";

const EMPTY_HASH = sha256Hex("");

/** Whether two texts are equal, in a time that does not tell where they differ. */
export const isSameSecret = (one: string, other: string): boolean => {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
};

// Whether the chunks behind each marker are signed.
const ARE_CHUNKS_SIGNED: Readonly<Record<string, boolean>> = {
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": true,
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": true,
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": false,
};

/**
 * The body a handler may see, once it is known to be what was signed: by its hash, chunk by chunk where the marker says
 * that chunks are signed, and unchecked where the client declared it unsigned. `key` is absent under `auth: open`.
 */
export const verifiedBody = (body: Buffer, claim: Claim | undefined, key: Buffer | undefined): Buffer => {
  const payloadHash = claim?.payloadHash;
  const areChunksSigned = payloadHash === undefined ? undefined : ARE_CHUNKS_SIGNED[payloadHash];
  if (claim && areChunksSigned !== undefined) {
    const chunks = chunksOf(body);
    if (key && areChunksSigned) checkChunks(chunks, claim, key);
    return dataOf(chunks);
  }
  const isChecked = key && payloadHash !== undefined && payloadHash !== "UNSIGNED-PAYLOAD";
  if (isChecked && !isSameSecret(payloadHash, sha256Hex(body))) {
    const words = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new FrontEndError("InvalidSignatureException", words);
  }
  return body;
};

const checkChunks = (chunks: ReturnType<typeof chunksOf>, claim: Claim, key: Buffer): void => {
  let previous = claim.signature;
  for (const { data, signature } of chunks) {
    const head = `AWS4-HMAC-SHA256-PAYLOAD\n${claim.timestamp}\n${scopeText(claim.scope)}`;
    const expected = signText(key, `${head}\n${previous}\n${EMPTY_HASH}\n${sha256Hex(data)}`);
    if (signature === undefined || !isSameSecret(signature, expected)) {
      throw new FrontEndError("InvalidSignatureException", "A chunk's signature does not match the one calculated.");
    }
    previous = expected;
  }
};

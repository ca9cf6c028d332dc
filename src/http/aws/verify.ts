import { sha256Hex, signingKey, signRequest } from "./canonical.ts";
import { FrontEndError } from "./errors.ts";
import { isSameSecret, verifiedBody } from "./payload.ts";
import { type Claim, momentOf, timestampOf } from "./signature.ts";
import { headerOf, type WireRequest } from "./wire.ts";

/** A key that may sign, and whose it is. */
export interface KnownCredentials {
  readonly secretAccessKey: string;
  /** Temporary credentials count only together with their token. */
  readonly sessionToken?: string | undefined;
  /** Milliseconds since the epoch; absent for keys that last. */
  readonly expiresAt?: number | undefined;
  readonly account: string;
  /** ARN. */
  readonly principal: string;
}

const SKEW_MS = 15 * 60 * 1000;

const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and " +
  "signing method. Consult the service documentation for details.";

/**
 * Checks that a request bears the signature of these credentials, is recent, and carries the body that was signed.
 * Answers that body. Throws a FrontEndError with AWS's words otherwise.
 */
export const verify = (request: WireRequest, claim: Claim, known: KnownCredentials, now: number): Buffer => {
  checkToken(claim, known);
  checkSignedHeaders(request, claim);
  const key = signingKey(known.secretAccessKey, claim.scope);
  const expected = signRequest(key, claim.timestamp, claim.scope, {
    method: request.method,
    path: request.path,
    queryText: request.queryText,
    signedHeaders: claim.signedHeaders.map((name) => [name, headerOf(request, name) ?? ""]),
    payloadHash: claim.payloadHash ?? sha256Hex(request.body),
  });
  if (!isSameSecret(claim.signature, expected)) throw new FrontEndError("InvalidSignatureException", MISMATCH);
  // Only a genuine signature earns an answer about ages: who holds no secret learns nothing of keys and clock.
  checkExpiry(known, now);
  checkAge(claim, now);
  return verifiedBody(request.body, claim, key);
};

const checkToken = ({ sessionToken }: Claim, known: KnownCredentials): void => {
  const [given, expected] = [sessionToken ?? "", known.sessionToken ?? ""];
  if (!isSameSecret(sha256Hex(given), sha256Hex(expected))) throw unrecognized();
};

const checkExpiry = (known: KnownCredentials, now: number): void => {
  if (known.expiresAt !== undefined && known.expiresAt <= now) {
    throw new FrontEndError("ExpiredTokenException", "The security token included in the request is expired");
  }
};

/** What AWS says of a key or token it does not know. */
export const unrecognized = (): FrontEndError =>
  new FrontEndError("UnrecognizedClientException", "The security token included in the request is invalid.");

// An unsigned x-amz-target would let whoever relays a request choose another operation for the same body.
const checkSignedHeaders = (request: WireRequest, { signedHeaders }: Claim): void => {
  if (!signedHeaders.includes("host")) {
    const words = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    throw new FrontEndError("InvalidSignatureException", words);
  }
  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith("x-amz-") && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    const words = `There were headers present in the request which were not signed: ${unsigned.join(", ")}`;
    throw new FrontEndError("InvalidSignatureException", words);
  }
};

const checkAge = ({ timestamp, expiresSeconds }: Claim, now: number): void => {
  const signedAt = momentOf(timestamp) ?? 0;
  const [said, clock] = [timestamp, timestampOf(now)];
  if (signedAt > now + SKEW_MS) {
    const limit = `${timestampOf(now + SKEW_MS)} (${clock} + 15 min.)`;
    throw new FrontEndError(
      "InvalidSignatureException",
      `Signature not yet current: ${said} is still later than ${limit}`,
    );
  }
  if (expiresSeconds !== undefined) {
    if (signedAt + expiresSeconds * 1000 < now) throw new FrontEndError("RequestExpired", "Request has expired.");
    return;
  }
  if (signedAt < now - SKEW_MS) {
    const limit = `${timestampOf(now - SKEW_MS)} (${clock} - 15 min.)`;
    throw new FrontEndError("InvalidSignatureException", `Signature expired: ${said} is now earlier than ${limit}`);
  }
};

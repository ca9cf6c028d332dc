import type { CredentialScope } from "./canonical.ts";
import { FrontEndError } from "./errors.ts";
import { headerOf, type WireRequest } from "./wire.ts";

/** A signature as a request claims it, not yet verified. */
export interface Claim {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** Lower-case names. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** When it was signed: `20261124T034909Z`. */
  readonly timestamp: string;
  /** Only presigned requests say how long they hold. */
  readonly expiresSeconds: number | undefined;
  readonly sessionToken: string | undefined;
  /** What x-amz-content-sha256 says, in the header or, presigned, in the query. */
  readonly payloadHash: string | undefined;
}

/** The claim in the Authorization header or the query; `undefined` for an unsigned request. Throws IncompleteSignature. */
export const readClaim = (request: WireRequest): Claim | undefined => {
  const authorization = headerOf(request, "authorization");
  if (authorization !== undefined) return claimInHeader(request, authorization);
  const isPresigned = request.query.has("X-Amz-Algorithm") || request.query.has("X-Amz-Signature");
  return isPresigned ? claimInQuery(request) : undefined;
};

/** The claim if it can be read at all: under `auth: open` a broken one is as good as none. */
export const readClaimLeniently = (request: WireRequest): Claim | undefined => {
  try {
    return readClaim(request);
  } catch {
    return undefined;
  }
};

const incomplete = (message: string): FrontEndError => new FrontEndError("IncompleteSignatureException", message);

const claimInHeader = (request: WireRequest, authorization: string): Claim => {
  const [algorithm = "", ...rest] = authorization.trim().split(/\s+/);
  checkAlgorithm(algorithm);
  const parameters = new Map(
    rest
      .join("")
      .split(",")
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  const missing = ["Credential", "Signature", "SignedHeaders"].filter((name) => !parameters.get(name));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(" "));
  }
  const timestamp = headerOf(request, "x-amz-date") ?? timestampOfDate(headerOf(request, "date"));
  if (timestamp === undefined) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return {
    ...credentialIn(parameters.get("Credential") ?? "", timestamp),
    signedHeaders: (parameters.get("SignedHeaders") ?? "").toLowerCase().split(";"),
    signature: parameters.get("Signature") ?? "",
    timestamp,
    expiresSeconds: undefined,
    sessionToken: headerOf(request, "x-amz-security-token"),
    payloadHash: headerOf(request, "x-amz-content-sha256"),
  };
};

const claimInQuery = (request: WireRequest): Claim => {
  const parameters = new Map([...request.query].map(([name, value]) => [name.toLowerCase(), value]));
  const required = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
  const missing = [...required, "X-Amz-Expires"].filter((name) => !parameters.get(name.toLowerCase()));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `AWS query-string parameters must include '${name}'.`).join(" "));
  }
  checkAlgorithm(parameters.get("x-amz-algorithm") ?? "");
  const timestamp = parameters.get("x-amz-date") ?? "";
  return {
    ...credentialIn(parameters.get("x-amz-credential") ?? "", timestamp),
    signedHeaders: (parameters.get("x-amz-signedheaders") ?? "").toLowerCase().split(";"),
    signature: parameters.get("x-amz-signature") ?? "",
    timestamp,
    expiresSeconds: expiryIn(parameters.get("x-amz-expires") ?? ""),
    sessionToken: parameters.get("x-amz-security-token"),
    payloadHash: parameters.get("x-amz-content-sha256") ?? headerOf(request, "x-amz-content-sha256"),
  };
};

const checkAlgorithm = (algorithm: string): void => {
  if (algorithm !== "AWS4-HMAC-SHA256") throw incomplete(`Unsupported AWS 'algorithm': '${algorithm.slice(0, 60)}'.`);
};

const WEEK_SECONDS = 7 * 24 * 3600;

const expiryIn = (text: string): number => {
  const seconds = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > WEEK_SECONDS) throw incomplete("X-Amz-Expires must be between 1 and 604800 seconds.");
  return seconds;
};

const credentialIn = (text: string, timestamp: string): Pick<Claim, "accessKeyId" | "scope"> => {
  const parts = text.split("/");
  const [accessKeyId = "", date = "", region = "", service = "", term = ""] = parts;
  if (parts.length !== 5) {
    const example = "keyid/date/region/service/term";
    throw incomplete(`Credential must have exactly 5 slash-delimited elements, e.g. ${example}, got '${text}'.`);
  }
  if (term !== "aws4_request") {
    throw incomplete(`Credential should be scoped with a valid terminator: 'aws4_request', not '${term}'.`);
  }
  // The region becomes part of ARNs and of keys in the store.
  if (!/^[a-z0-9-]{1,40}$/.test(region)) {
    throw new FrontEndError("InvalidSignatureException", "Credential should be scoped to a valid region.");
  }
  if (momentOf(timestamp) === undefined) {
    throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${timestamp.slice(0, 60)}'.`);
  }
  if (date !== timestamp.slice(0, 8)) {
    const both = `'${date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'`;
    const scopeDate = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP";
    throw new FrontEndError("InvalidSignatureException", `${scopeDate}: ${both}.`);
  }
  return { accessKeyId, scope: { date, region, service } };
};

/** The moment of `20261124T034909Z`, in milliseconds since the epoch; `undefined` where the text is none. */
export const momentOf = (timestamp: string): number | undefined => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const moment = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(moment) ? undefined : moment;
};

/** The other way round; fractions of a second are dropped. */
export const timestampOf = (moment: number): string =>
  `${new Date(moment).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

const timestampOfDate = (date: string | undefined): string | undefined => {
  const moment = Date.parse(date ?? "");
  return Number.isNaN(moment) ? undefined : timestampOf(moment);
};

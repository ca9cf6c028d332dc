import { createHash, createHmac } from "node:crypto";

/** What a signature is computed over. */
export interface Signable {
  readonly method: string;
  /** As sent, percent-encoded. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly queryText: string;
  /** Lower-case names; the values as sent. */
  readonly signedHeaders: readonly (readonly [name: string, value: string])[];
  /** Hex SHA-256 of the body, or one of the markers such as UNSIGNED-PAYLOAD. */
  readonly payloadHash: string;
}

/** Date, region and service for which a key signs. */
export interface CredentialScope {
  /** `20261124`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const sha256Hex = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Percent-encodes all but RFC 3986's unreserved characters. */
const encodeStrictly = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

// Every service but S3 normalises the path as it was sent and encodes it once more.
const canonicalPath = (path: string): string => {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const end = kept.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${kept.map(encodeStrictly).join("/")}${end}`;
};

const decodeOnce = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const canonicalQuery = (queryText: string): string =>
  queryText
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [encodeStrictly(decodeOnce(name)), encodeStrictly(decodeOnce(value.join("=")))] as const;
    })
    .filter(([name]) => name.toLowerCase() !== "x-amz-signature")
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The canonical request of Signature Version 4. */
export const canonicalRequest = ({ method, path, queryText, signedHeaders, payloadHash }: Signable): string => {
  const headers = [...signedHeaders].sort(([one], [other]) => compare(one, other));
  const lines = headers.map(([name, value]) => `${name}:${value.replace(/[ \t\r\n]+/g, " ").trim()}\n`);
  const names = headers.map(([name]) => name).join(";");
  return [method, canonicalPath(path), canonicalQuery(queryText), lines.join(""), names, payloadHash].join("\n");
};

/** `20261124/us-east-1/ecs/aws4_request`. */
export const scopeText = ({ date, region, service }: CredentialScope): string =>
  `${date}/${region}/${service}/aws4_request`;

/** The signing key of one secret for one day, region and service. */
export const signingKey = (secretAccessKey: string, { date, region, service }: CredentialScope): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), "aws4_request");

/** Signs text with a signing key, in hex. */
export const signText = (key: Buffer, text: string): string => hmac(key, text).toString("hex");

/** The signature of a request at a moment (`20261124T034909Z`), in hex. */
export const signRequest = (key: Buffer, timestamp: string, scope: CredentialScope, request: Signable): string => {
  const hashed = sha256Hex(canonicalRequest(request));
  return signText(key, `AWS4-HMAC-SHA256\n${timestamp}\n${scopeText(scope)}\n${hashed}`);
};

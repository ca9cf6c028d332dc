import { createHmac, timingSafeEqual } from "node:crypto";

/** How long a token of GetAuthorizationToken holds. */
export const TOKEN_MS = 12 * 60 * 60 * 1000;

/** Whom a token was given to, and for what. */
export interface TokenHolder {
  readonly account: string;
  readonly region: string;
  /** The caller's ARN. */
  readonly principal: string;
  /** `push` includes pulling. */
  readonly right: "push" | "pull";
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const signature = (payload: string, secret: string): string =>
  createHmac("sha256", secret).update(`berth registry token ${payload}`).digest("base64url");

/** A password for `docker login`: what it says can be read by everybody, and made only with the secret. */
export const makeToken = ({ account, region, principal, right, expiresAt }: TokenHolder, secret: string): string => {
  const payload = Buffer.from(JSON.stringify([account, region, principal, right, expiresAt])).toString("base64url");
  return `${payload}.${signature(payload, secret)}`;
};

/** Who shows the token; `undefined` where it was tampered with, has expired at `now`, or was made with another secret. */
export const readToken = (token: string, secret: string, now: number): TokenHolder | undefined => {
  const [payload, given, ...more] = token.split(".");
  if (payload === undefined || given === undefined || more.length > 0) return undefined;
  // Both are hashed first: the comparison takes as long for every length.
  if (!timingSafeEqual(hashed(given, secret), hashed(signature(payload, secret), secret))) return undefined;
  const holder = holderIn(payload);
  return holder && now < holder.expiresAt ? holder : undefined;
};

const hashed = (text: string, secret: string): Buffer => createHmac("sha256", secret).update(text).digest();

const holderIn = (payload: string): TokenHolder | undefined => {
  try {
    const [account, region, principal, right, expiresAt] = JSON.parse(
      Buffer.from(payload, "base64url").toString(),
    ) as unknown[];
    const isRight = right === "push" || right === "pull";
    if (typeof account !== "string" || typeof region !== "string" || typeof principal !== "string") return undefined;
    if (!isRight || typeof expiresAt !== "number") return undefined;
    return { account, region, principal, right, expiresAt };
  } catch {
    return undefined;
  }
};

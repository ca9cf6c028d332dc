import { createHmac, timingSafeEqual } from "node:crypto";

const HOUR_MS = 3_600_000;
/** How long credentials of a role hold at most, as those of ECS do. */
const HOLD_MS = 6 * HOUR_MS;

/** A role that somebody has taken on for a while. */
export interface RoleSession {
  readonly account: string;
  /** The role's name, without its path. */
  readonly role: string;
  /** Who took it on: a task's id. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a client signs with as long as the session lasts. */
export interface RoleCredentials {
  /** `BASIA` and fifteen upper-case characters: no real account has such a key. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** When credentials given at `now` expire: in five to six hours. Who asks again within the hour gets the same ones. */
export const expiryOf = (now: number): number => Math.floor(now / HOUR_MS) * HOUR_MS + HOLD_MS;

/** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME` */
export const principalOf = ({ account, role, name }: RoleSession): string =>
  `arn:aws:sts::${account}:assumed-role/${role}/${name}`;

/** The session's credentials: made of it and the secret alone, so that whoever has the secret can tell them from others. */
export const roleCredentials = ({ account, role, name, expiresAt }: RoleSession, secret: string): RoleCredentials => {
  const payload = Buffer.from(JSON.stringify([account, role, name, expiresAt])).toString("base64url");
  return {
    accessKeyId: `BASIA${upperCase(derived("key", payload, secret)).slice(0, 15)}`,
    secretAccessKey: derived("secret", payload, secret).subarray(0, 30).toString("base64"),
    sessionToken: `${payload}.${derived("token", payload, secret).toString("base64url")}`,
  };
};

/** Whose token that is, expired or not; `undefined` where it was tampered with or made with another secret. */
export const readSessionToken = (token: string, secret: string): RoleSession | undefined => {
  const [payload, given, ...more] = token.split(".");
  if (payload === undefined || given === undefined || more.length > 0) return undefined;
  const mac = Buffer.from(given, "base64url");
  const expected = derived("token", payload, secret);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined;
  const [account, role, name, expiresAt] = JSON.parse(Buffer.from(payload, "base64url").toString()) as [
    string,
    string,
    string,
    number,
  ];
  return { account, role, name, expiresAt };
};

const derived = (what: "key" | "secret" | "token", payload: string, secret: string): Buffer =>
  createHmac("sha256", secret).update(`berth role ${what} ${payload}`).digest();

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const upperCase = (bytes: Buffer): string => [...bytes].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");

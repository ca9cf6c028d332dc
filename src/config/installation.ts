import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import { makeOnce } from "./make-once.ts";
import { ConfigError } from "./problem.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const LOWER = `${LETTERS}0123456789`;
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const pick = (alphabet: string, count: number): string =>
  Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join("");

/**
 * The installation's id, eight lower-case letters and digits that begin with a letter, made at the first start and kept in
 * `BERTH_HOME/installation-id`. Throws ConfigError where the file holds something else.
 */
export const installationId = async (home: string): Promise<string> => {
  const file = join(home, "installation-id");
  const id = (await makeOnce(file, () => `${pick(LETTERS, 1)}${pick(LOWER, 7)}\n`)).trim();
  if (/^[a-z][a-z0-9]{3,31}$/.test(id)) return id;
  throw new ConfigError([
    { where: file, what: `holds ${JSON.stringify(id.slice(0, 40))}, which is no installation id` },
  ]);
};

/** What a client shows to be let in. */
export interface Credentials {
  /** `BERTH` and fifteen upper-case characters: no real account has such a key. */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The bearer token of /api. */
  readonly apiToken: string;
}

const newCredentials = (): Credentials => ({
  accessKeyId: `BERTH${pick(UPPER, 15)}`,
  secretAccessKey: randomBytes(30).toString("base64"),
  apiToken: randomBytes(32).toString("base64url"),
});

/** The installation's credentials, made at the first start and kept in `BERTH_HOME/credentials.json` (0600). */
export const credentials = async (home: string): Promise<Credentials> => {
  const file = join(home, "credentials.json");
  const text = await makeOnce(file, () => `${JSON.stringify(newCredentials(), null, 2)}\n`);
  const wrong = new ConfigError([{ where: file, what: "does not hold accessKeyId, secretAccessKey and apiToken" }]);
  try {
    const { accessKeyId, secretAccessKey, apiToken } = JSON.parse(text) as Partial<Credentials>;
    if (!accessKeyId || !secretAccessKey || !apiToken) throw wrong;
    return { accessKeyId, secretAccessKey, apiToken };
  } catch {
    throw wrong;
  }
};

/** The key that secrets are encrypted with, 32 bytes, made at the first start and kept in `BERTH_HOME/secrets.key` (0600). */
export const secretsKey = async (home: string): Promise<{ readonly file: string; readonly key: Uint8Array }> => {
  const file = join(home, "secrets.key");
  const key = Buffer.from(await makeOnce(file, () => `${randomBytes(32).toString("base64")}\n`), "base64");
  if (key.length === 32) return { file, key };
  throw new ConfigError([{ where: file, what: "does not hold a key of 32 bytes in base64" }]);
};

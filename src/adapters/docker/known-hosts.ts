import { createHmac } from "node:crypto";

/** A host's public keys as `known_hosts` has them: type (`ssh-ed25519`) and the key itself. */
export interface KnownKey {
  readonly type: string;
  readonly key: Buffer;
}

const isMeant = (pattern: string, name: string): boolean => {
  const [, kind, salt = "", hash] = pattern.split("|");
  if (kind !== "1") return pattern === name;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
};

/**
 * The keys that a `known_hosts` file has for a host, by name or hashed (sshd(8)). Lines with markers and names with wildcards are not
 * understood and vouch for nobody.
 */
export const knownKeys = (file: string, host: string, port: number): KnownKey[] => {
  const name = port === 22 ? host : `[${host}]:${port}`;
  return file.split("\n").flatMap((line) => {
    const [names = "", type, key] = line.trim().split(/\s+/);
    const isUsual = key !== undefined && type !== undefined && !/^[#@]/.test(names);
    const isOurs = isUsual && names.split(",").some((pattern) => isMeant(pattern, name));
    return isOurs ? [{ type, key: Buffer.from(key, "base64") }] : [];
  });
};

/** How a key of that type may sign in the handshake; RSA keys no longer sign with SHA-1. */
export const signaturesOf = (type: string): string[] =>
  type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type];

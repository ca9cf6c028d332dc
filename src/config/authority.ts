import { webcrypto } from "node:crypto";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { makeOnce } from "./make-once.ts";

/** Key and certificate in PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** Berth's own certificate authority, of one installation. */
export interface Authority {
  /** Where its certificate lies: engines that are to trust the registry are given this file. */
  readonly caFile: string;
  /** A new certificate for a server at that IPv4 address. */
  issue(address: string, now: number): Promise<KeyPair>;
}

const KEY_KIND = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
/** A new one is made at every start, so this is how long Berth may run. */
const SERVER_DAYS = 825;

/** The authority kept in `BERTH_HOME/registry-ca`, made at the first start; the key is for its owner's eyes only (0600). */
export const authority = async (home: string, now: number): Promise<Authority> => {
  const folder = join(home, "registry-ca");
  // Key and certificate lie in one file: made at once, they belong together whoever makes them.
  const text = await makeOnce(join(folder, "authority.json"), await newAuthority(now));
  const kept = JSON.parse(text) as KeyPair;
  const caFile = join(folder, "ca.crt");
  await makeOnce(caFile, () => kept.cert);
  const ca = new X509Certificate(kept.cert);
  const caKey = await webcrypto.subtle.importKey("pkcs8", bytesOf(kept.key), KEY_KIND, false, ["sign"]);
  return {
    caFile,
    async issue(address, at) {
      const keys = await webcrypto.subtle.generateKey(KEY_KIND, true, ["sign", "verify"]);
      const cert = await X509CertificateGenerator.create({
        ...validFor(SERVER_DAYS, at),
        subject: "CN=Berth registry",
        issuer: ca.subject,
        publicKey: keys.publicKey,
        signingKey: caKey,
        signingAlgorithm: SIGNATURE,
        extensions: [
          new SubjectAlternativeNameExtension([{ type: "ip", value: address }]),
          new ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.1"]),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        ],
      });
      return { key: await pemOf(keys.privateKey), cert: cert.toString("pem") };
    },
  };
};

const newAuthority = async (now: number): Promise<() => string> => {
  const keys = await webcrypto.subtle.generateKey(KEY_KIND, true, ["sign", "verify"]);
  const cert = await X509CertificateGenerator.createSelfSigned({
    ...validFor(CA_DAYS, now),
    name: "CN=Berth's own authority",
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const pair: KeyPair = { key: await pemOf(keys.privateKey), cert: cert.toString("pem") };
  return () => JSON.stringify(pair);
};

// Clocks of other machines may be behind.
const validFor = (days: number, now: number) => ({
  notBefore: new Date(now - DAY_MS),
  notAfter: new Date(now + days * DAY_MS),
});

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> => {
  const text = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${text.match(/.{1,64}/g)!.join("\n")}\n-----END PRIVATE KEY-----\n`;
};

const bytesOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");

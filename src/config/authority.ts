import { generateKeyPairSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import forge from "node-forge";
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
  issue(address: string, now: number): KeyPair;
}

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
/** A new one is made at every start, so this is how long Berth may run. */
const SERVER_DAYS = 825;

/** The authority kept in `BERTH_HOME/registry-ca`, made at the first start; the key is for its owner's eyes only (0600). */
export const authority = async (home: string, now: number): Promise<Authority> => {
  const folder = join(home, "registry-ca");
  // Key and certificate lie in one file: made at once, they belong together whoever makes them.
  const text = await makeOnce(join(folder, "authority.json"), () => JSON.stringify(newAuthority(now)));
  const { key, cert } = JSON.parse(text) as KeyPair;
  const caFile = join(folder, "ca.crt");
  await makeOnce(caFile, () => cert);
  const ca = forge.pki.certificateFromPem(cert);
  return {
    caFile,
    issue(address, at) {
      const own = newKey();
      const certificate = blank(own.publicKey, "Berth registry", SERVER_DAYS, at);
      certificate.setIssuer(ca.subject.attributes);
      certificate.setExtensions([
        { name: "basicConstraints", cA: false },
        { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
        { name: "extKeyUsage", serverAuth: true },
        { name: "subjectAltName", altNames: [{ type: IP_ADDRESS, ip: address }] },
      ]);
      return signed(certificate, key, own.privateKey);
    },
  };
};

/** GeneralName's tag in X.509. */
const IP_ADDRESS = 7;

const newAuthority = (now: number): KeyPair => {
  const own = newKey();
  const certificate = blank(own.publicKey, "Berth's own authority", CA_DAYS, now);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ]);
  return signed(certificate, own.privateKey, own.privateKey);
};

const newKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

const blank = (publicKey: string, name: string, days: number, now: number): forge.pki.Certificate => {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // Positive, as the standard wants it: the first bit is 0.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  // Clocks of other machines may be behind.
  certificate.validity.notBefore = new Date(now - DAY_MS);
  certificate.validity.notAfter = new Date(now + days * DAY_MS);
  certificate.setSubject([{ name: "commonName", value: name }]);
  return certificate;
};

const signed = (certificate: forge.pki.Certificate, signer: string, key: string): KeyPair => {
  certificate.sign(forge.pki.privateKeyFromPem(signer), forge.md.sha256.create());
  return { key, cert: forge.pki.certificateToPem(certificate) };
};

import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Paths of PEM files, as `tls:` of a host in `berth.yaml` takes them. */
export interface TlsFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** A throw-away authority with a certificate of each side: none lies in the repository. */
export const makeAuthority = async (
  folder: string,
  address: string,
): Promise<{ server: TlsFiles; client: TlsFiles }> => {
  await mkdir(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const issue = async (name: string, ...words: string[]): Promise<TlsFiles> => {
    const files = { ca: file("ca.pem"), cert: file(`${name}.pem`), key: file(`${name}-key.pem`) };
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    const about = ["-subj", `/CN=berth test ${name}`, "-keyout", files.key, "-out", files.cert];
    await run("openssl", ["req", "-x509", ...kind, ...about, ...words]);
    return files;
  };
  const signed = ["-CA", file("ca.pem"), "-CAkey", file("ca-key.pem"), "-addext"];
  await issue("ca");
  const [server, client] = await Promise.all([
    issue("server", ...signed, "extendedKeyUsage=serverAuth", "-addext", `subjectAltName=IP:${address}`),
    issue("client", ...signed, "extendedKeyUsage=clientAuth"),
  ]);
  return { server, client };
};

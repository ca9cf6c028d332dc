import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";
import type { Test } from "tap";
import { dockerEngines } from "../../src/adapters/docker/engines.ts";
import type { EngineWorld } from "../support/engine-world.ts";

const run = promisify(execFile);

/** A certificate for `localhost` that is its own authority, made anew: none lies in the repository. */
const aCertificate = async (folder: string) => {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await run("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...subject]);
  return { key, cert, ca: cert };
};

const listening = async (t: Test, server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
};

/** The engine over TCP, with TLS and without, by a server that passes every byte on to its Unix socket. */
export const dockerConnections = (t: Test, { engine, image }: EngineWorld, address: string): void => {
  const passOn = (client: Socket) => {
    const docker = connect(address.replace("unix://", ""));
    client.pipe(docker).pipe(client);
    for (const socket of [client, docker]) socket.on("error", () => socket.destroy());
  };
  t.test("an engine is spoken to over TCP, and over TLS only with the right files", { buffered: true }, async (t) => {
    const folder = t.testdir({ ours: {}, other: {} });
    const files = await aCertificate(join(folder, "ours"));
    const other = await aCertificate(join(folder, "other"));
    const [key, cert, ca] = [files.key, files.cert, files.ca].map((file) => readFileSync(file));
    const plain = await listening(t, createServer(passOn));
    const secure = await listening(t, createTlsServer({ key, cert, ca, requestCert: true } as object, passOn));
    const engines = dockerEngines();
    t.teardown(() => engines.close());
    const { id } = await engine.info();
    t.equal((await engines.at({ docker: `tcp://127.0.0.1:${plain}` }).info()).id, id);
    const docker = `tcp://localhost:${secure}`;
    t.equal((await engines.at({ docker, tls: files }).info()).id, id);
    t.match(await engines.at({ docker, tls: files }).imageDigest(image), /^sha256:/);
    const unreachable = { name: "EngineUnreachableError" };
    await t.rejects(engines.at({ docker, tls: { ...files, ca: other.ca } }).ping(), unreachable, "another authority");
    await t.rejects(
      engines.at({ docker, tls: { ...files, key: other.key } }).ping(),
      "a key that is not the certificate's",
    );
    t.throws(() => engines.at({ docker: "ftp://localhost" }), /none of unix:/);
    t.throws(() => engines.at({ docker: "ssh://user@localhost" }), /ssh agent/);
  });
};

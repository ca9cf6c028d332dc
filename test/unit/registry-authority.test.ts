import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import t from "tap";
import { authority } from "../../src/config/authority.ts";

const NOW = Date.now();
const home = await mkdtemp(join(tmpdir(), "berth-authority-"));
t.teardown(() => rm(home, { recursive: true, force: true }));

t.test(
  "a certificate of Berth's own authority is good for its address, and for whoever trusts the authority",
  async (t) => {
    const { caFile, issue } = await authority(home, NOW);
    const pair = issue("127.0.0.1", NOW);
    const ca = await readFile(caFile, "utf8");
    const server: Server = createServer(pair, (_request, answer) => answer.end("here")).listen(0, "127.0.0.1");
    t.teardown(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const dial = async (options: { ca?: string; servername?: string }): Promise<string> => {
      const socket: TLSSocket = connect({ port, host: "127.0.0.1", ...options });
      try {
        await once(socket, "secureConnect");
        return "trusted";
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? "failed";
      } finally {
        socket.destroy();
      }
    };
    t.equal(await dial({ ca }), "trusted");
    t.equal(await dial({}), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    const elsewhere = issue("10.9.8.7", NOW);
    t.equal(new X509Certificate(elsewhere.cert).checkIP("127.0.0.1"), undefined);
    t.equal(new X509Certificate(elsewhere.cert).checkIP("10.9.8.7"), "10.9.8.7");
  },
);

t.test("the authority stays the same over restarts, and its key is for its owner alone", async (t) => {
  const [first, second] = await Promise.all([authority(home, NOW), authority(home, NOW + 1)]);
  t.equal(first.caFile, second.caFile);
  const ca = new X509Certificate(await readFile(first.caFile, "utf8"));
  t.ok(new X509Certificate(second.issue("10.0.0.1", NOW).cert).verify(ca.publicKey));
  const kept = await stat(join(home, "registry-ca", "authority.json"));
  t.equal(kept.mode & 0o777, 0o600);
});

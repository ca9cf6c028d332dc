import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { askOver } from "../../src/adapters/distribution/ask.ts";

/** A server that answers once on each connection and breaks it off at a second question, as one does that was started anew meanwhile. */
const oneAnswerEach = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "berth-ask-"));
  const asked = new WeakSet<Socket>();
  const server = createServer((request, response) => {
    if (asked.has(request.socket)) {
      request.socket.destroy();
      return;
    }
    asked.add(request.socket);
    response.end(request.method);
  });
  t.teardown(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const socket = join(folder, "registry.sock");
  server.listen(socket);
  await once(server, "listening");
  return socket;
};

t.test("a question is answered though every connection that was kept is closed by then", async (t) => {
  const ask = askOver(await oneAnswerEach());
  t.teardown(ask.close);
  const question = { method: "GET", path: "/v2/" } as const;
  await Promise.all([1, 2, 3].map(() => ask.whole(question)));
  const { status, body } = await ask.whole(question);
  t.same([status, String(body)], [200, "GET"]);
  const put = await ask.whole({ method: "PUT", path: "/v2/a/manifests/1", body: Buffer.from("{}") });
  t.same([put.status, String(put.body)], [200, "PUT"]);
});

t.test("where nobody listens the registry is unavailable", async (t) => {
  const ask = askOver(join(tmpdir(), "berth-nobody-listens.sock"));
  t.teardown(ask.close);
  await t.rejects(ask.whole({ method: "GET", path: "/v2/" }), { name: "ServerException", message: /npm run up/ });
});

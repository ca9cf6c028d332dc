import t from "tap";
import { bullQueues } from "../../src/adapters/bullmq/work-queue.ts";
import { changeFeed } from "../../src/adapters/redis/change-feed.ts";
import { openRedis, waitingConnection } from "../../src/adapters/redis/connect.ts";
import { QUEUE_PREFIX } from "../../src/adapters/redis/keys.ts";
import { ledgerDifferences } from "../../src/adapters/redis/ledger-check.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import { durabilityOf, parseInfo, reasonAgainst } from "../../src/adapters/redis/server-check.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aFleet, aHost, aPlan, aTask, CLUSTER } from "./redis-fixtures.ts";

const server = await aRedis(t, { durable: true });

t.test("every move that was acknowledged survives a crash in the middle of many", async (t) => {
  const roomy = aHost("h1", { declared: { cpuUnits: 1_000_000, memoryMiB: 1_000_000 } });
  const { tasks } = await aFleet(await aStore(t, server), roomy);
  const acknowledged: string[] = [];
  let killed: Promise<void> | undefined;
  const writer = async (name: string) => {
    for (let i = 0; ; i++) {
      const outcome = await tasks.commit(aPlan([aTask(`${name}-${i}`)]));
      if (outcome.type === "committed") acknowledged.push(`${name}-${i}`);
      if (acknowledged.length >= 200) killed ??= server.kill();
    }
  };
  const ends = await Promise.allSettled(["a", "b", "c", "d", "e", "f", "g", "h"].map(writer));
  t.match(
    ends,
    ends.map(() => ({ status: "rejected", reason: { name: "ServerException" } })),
    "a lost answer is told",
  );
  await killed;
  await server.start();
  const store = await aStore(t, server, { empty: false });
  const after = await aFleet(store);
  const found = new Set<string>(await after.tasks.find(CLUSTER, ["host:h1"]));
  t.strictSame(
    acknowledged.filter((id) => !found.has(id)),
    [],
  );
  t.ok(
    (await after.tasks.get([...found] as never)).every((task) => task !== undefined),
    "no half-written task",
  );
  t.strictSame(await ledgerDifferences(store), []);
});

t.test("while Redis is away a request is told so soon, and when it is back the same connection serves", async (t) => {
  const store = await aStore(t, server);
  const clusters = recordStore<object>(store, "cluster");
  await clusters.create("before", {});
  await server.kill();
  const startedAt = Date.now();
  await t.rejects(clusters.create("during", {}), {
    code: "ServerException",
    message: /Redis does not answer.*`berth up`/,
  });
  await t.rejects(clusters.find([]), { code: "ServerException" });
  t.ok(Date.now() - startedAt < 10_000, "soon");
  await server.start();
  await waitUntilBack(store.redis);
  t.match(await clusters.create("after", {}), { version: 1 }, "a restarted server knows no scripts, and learns them");
  t.strictSame(await clusters.find([]), ["after", "before"]);
});

/** Resolves when the connection is ready again. */
const waitUntilBack = async (redis: Awaited<ReturnType<typeof openRedis>>["redis"]) => {
  if (redis.status !== "ready") await new Promise((resolve) => redis.once("ready", resolve));
};

t.test("a reader of the feed comes back with Redis, and misses nothing", async (t) => {
  const store = await aStore(t, server);
  const clusters = recordStore<object>(store, "cluster");
  await clusters.create("c1", {});
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const items = changeFeed(store).follow("0-0", ending.signal)[Symbol.asyncIterator]();
  const subject = async () => {
    const { value } = await items.next();
    return value?.type === "change" ? value.change.subject : value?.type;
  };
  t.equal(await subject(), "c1");
  const next = subject();
  await server.kill();
  await server.start();
  await waitUntilBack(store.redis);
  await clusters.create("c2", {});
  t.equal(await next, "c2");
});

t.test("a queue's worker comes back with Redis", async (t) => {
  const { redis } = await aStore(t, server);
  const working = waitingConnection(redis);
  const { queues, close } = bullQueues({ adding: redis, working }, QUEUE_PREFIX, () => {});
  t.teardown(async () => {
    await close();
    working.disconnect();
  });
  let hear: (name: string) => void = () => {};
  const handled = new Promise<string>((resolve) => {
    hear = resolve;
  });
  await queues("q").handle(async ({ name }) => hear(name), 1);
  await server.kill();
  await server.start();
  await waitUntilBack(redis);
  await queues("q").add({ name: "after", data: {} });
  t.equal(await handled, "after");
});

t.test("the first start makes a Redis the installation's own, another installation is refused", async (t) => {
  const { redis, durability, close } = await openRedis({ socket: server.socket }, "test-installation");
  t.teardown(close);
  t.equal(durability, "always");
  await t.rejects(openRedis({ socket: server.socket }, "other"), {
    name: "StoreRefusedError",
    message: /holds the state of installation test-installation, and this is other/,
  });
  t.equal(await redis.get("berth:installation"), "test-installation");
});

t.test("a Redis that lost the installation's state is refused, and nothing is written to it", async (t) => {
  const expected = { since: "2026-11-24T10:00:00.000Z", file: "/home/berth/has-state" };
  const { redis, close } = await openRedis({ socket: server.socket }, "test-installation", undefined);
  t.teardown(close);
  const again = await openRedis({ socket: server.socket }, "test-installation", expected);
  await again.close();
  await redis.flushall();
  await t.rejects(openRedis({ socket: server.socket }, "test-installation", expected), {
    name: "StoreRefusedError",
    message: /is empty, and since 2026-11-24T10:00:00.000Z .* delete \/home\/berth\/has-state and start again/,
  });
  t.equal(await redis.dbsize(), 0);
});

t.test("a Redis that evicts is refused, one that syncs every second is told apart", async (t) => {
  const { redis, close } = await openRedis({ socket: server.socket }, "test-installation");
  t.teardown(close);
  await redis.config("SET", "maxmemory-policy", "allkeys-lru");
  const opening = openRedis({ socket: server.socket }, "test-installation");
  await t.rejects(opening, { name: "StoreRefusedError", message: /maxmemory-policy allkeys-lru/ });
  await redis.config("SET", "maxmemory-policy", "noeviction");
  await redis.config("SET", "appendfsync", "everysec");
  const opened = await openRedis({ socket: server.socket }, "test-installation");
  await opened.close();
  t.equal(opened.durability, "everysec");
});

t.test("a Redis that is not there is refused by its address, without the password", async (t) => {
  await t.rejects(openRedis({ socket: "/nowhere/redis.sock" }, "i"), {
    name: "StoreRefusedError",
    message: /no Redis answers at \/nowhere\/redis.sock: .*ENOENT/,
  });
  const opening = openRedis({ url: "redis://user:secret@127.0.0.1:1" }, "i");
  await t.rejects(opening, { message: /^no Redis answers at redis:\/\/127.0.0.1:1: (?!.*secret).*ECONNREFUSED/ });
});

t.test("versions, roles and settings that will not do are named", async (t) => {
  const fit = { redis_version: "6.2.0", maxmemory_policy: "noeviction", role: "master", cluster_enabled: "0" };
  const reason = (change: Record<string, string>) =>
    reasonAgainst(
      parseInfo(
        Object.entries({ ...fit, ...change })
          .map((pair) => pair.join(":"))
          .join("\r\n"),
      ),
    );
  t.equal(reason({}), undefined);
  t.equal(reason({ redis_version: "10.0.1" }), undefined);
  t.match(reason({ redis_version: "6.0.16" }), "version 6.0.16; Berth needs 6.2 or newer");
  t.match(reason({ redis_version: "5.9.9" }), "needs 6.2");
  t.match(reason({ cluster_enabled: "1" }), "Redis Cluster");
  t.match(reason({ role: "slave" }), "replica");
  t.equal(durabilityOf(new Map([["aof_enabled", "0"]]), "always"), "no-aof");
  t.equal(durabilityOf(new Map([["aof_enabled", "1"]]), undefined), "unknown");
});

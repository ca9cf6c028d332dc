import t from "tap";
import { changesOfEntry } from "../../src/adapters/redis/feed-entry.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import { numberedId } from "../../src/kernel/records.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aFleet, aHost, aPlan, aTask, type CLUSTER, hostId, place, seen, taskId } from "./redis-fixtures.ts";

const server = await aRedis(t);

t.test("a lease has one holder, is renewed by it alone, and its epoch outlives even the host", async (t) => {
  const { hosts, leases } = await aFleet(await aStore(t, server), aHost("h1"));
  t.equal(await leases.acquire(hostId("h1"), "owner-2", 60_000), undefined);
  t.ok(await leases.renew(hostId("h1"), "owner-1", 1, 60_000));
  t.notOk(await leases.renew(hostId("h1"), "owner-2", 1, 60_000));
  t.ok(await hosts.remove(hostId("h1"), 5));
  await hosts.register(aHost("h1"), 6);
  t.equal(await leases.acquire(hostId("h1"), "owner-2", 60_000), 2);
  t.notOk(await leases.renew(hostId("h1"), "owner-1", 1, 60_000));
});

t.test("a lease that ran out goes to whoever asks, or stays with its owner if nobody does", async (t) => {
  const store = await aStore(t, server);
  const { leases } = await aFleet(store, aHost("h1"), aHost("h2"));
  const runsOut = (host: string) => store.redis.pexpireat(`berth:lease:${host}`, 1);
  await runsOut("h1");
  t.equal(await leases.acquire(hostId("h1"), "owner-2", 60_000), 2);
  t.notOk(await leases.renew(hostId("h1"), "owner-1", 1, 60_000));
  await runsOut("h2");
  t.ok(await leases.renew(hostId("h2"), "owner-1", 1, 60_000));
  t.equal(await leases.acquire(hostId("h2"), "owner-2", 60_000), undefined);
});

t.test("control planes are told in the order they came, until they leave or are not heard of any more", async (t) => {
  const store = await aStore(t, server);
  const { leases } = await aFleet(store);
  t.strictSame(await leases.attend("b", 60_000), ["b"]);
  t.strictSame(await leases.attend("a", 60_000), ["b", "a"]);
  t.strictSame(await leases.attend("c", 60_000), ["b", "a", "c"]);
  t.strictSame(await leases.attend("b", 60_000), ["b", "a", "c"]);
  await store.redis.pexpireat("berth:control-plane:b", 1);
  t.strictSame(await leases.attend("a", 60_000), ["a", "c"]);
  t.strictSame(await leases.attend("b", 60_000), ["a", "c", "b"], "back again, as the last");
  await leases.leave("a");
  await leases.leave("a");
  t.strictSame(await leases.attend("c", 60_000), ["c", "b"]);
  const changes = (await store.redis.xrange("berth:feed", "-", "+"))
    .flatMap(changesOfEntry)
    .map(({ verb, subject }) => [verb, subject]);
  t.strictSame(changes, [
    ["joined", "b"],
    ["joined", "a"],
    ["joined", "c"],
    ["lost", "b"],
    ["joined", "b"],
    ["left", "a"],
  ]);
});

t.test("a host that is declared larger or smaller keeps what its tasks hold", async (t) => {
  const { hosts, tasks, ledger } = await aFleet(await aStore(t, server), aHost("h1"));
  await place(tasks, aTask("a", { cpuUnits: 1000 }));
  const smaller = aHost("h1", { declared: { cpuUnits: 512, memoryMiB: 2048 }, tags: { a: "b" } });
  t.match(await hosts.register(smaller, 9), { declared: { cpuUnits: 512 }, health: "CONNECTED", registeredAt: 1 });
  t.strictSame((await ledger("h1")).free, { cpuUnits: -488, memoryMiB: 1920 });
  t.equal((await tasks.commit(aPlan([aTask("b")]))).type, "stale");
});

t.test("attributes put on a host survive a new declaration, those it no longer declares go", async (t) => {
  const { hosts } = await aFleet(await aStore(t, server), aHost("h1", { attributes: { zone: "a", old: "" } }));
  await hosts.setAttributes(hostId("h1"), { mine: "yes", gone: "soon" }, 3);
  await hosts.setAttributes(hostId("h1"), { gone: undefined }, 4);
  t.strictSame((await hosts.register(aHost("h1", { attributes: { zone: "b" } }), 5)).attributes, {
    mine: "yes",
    zone: "b",
  });
  t.equal(await hosts.setAttributes(hostId("h9"), { a: "b" }, 5), undefined);
});

t.test("a host's state, tags and health read back; a registered one waits for its owner's word", async (t) => {
  const { hosts, leases } = await aFleet(await aStore(t, server));
  t.match(await hosts.register(aHost("h1"), 1), { state: "ACTIVE", health: "DISCONNECTED", disconnectedAt: 1 });
  const epoch = (await leases.acquire(hostId("h1"), "o", 1000))!;
  await hosts.setHealth(hostId("h1"), epoch, "CONNECTED", 2);
  t.equal((await hosts.setState(hostId("h1"), "INACTIVE", 3))?.disconnectedAt, undefined);
  await hosts.setHealth(hostId("h1"), epoch, "DISCONNECTED", 4);
  await hosts.setHealth(hostId("h1"), epoch, "LOST", 5);
  const expected = { state: "INACTIVE", health: "LOST", disconnectedAt: 4, tags: { team: "blue" } };
  t.match(await hosts.setTags(hostId("h1"), { team: "blue" }, 6), expected);
  t.match(await hosts.register(aHost("h1"), 7), { state: "ACTIVE", tags: { team: "blue" } }, "registered again");
  t.strictSame(
    (await hosts.list()).map(({ id }) => id),
    ["h1"],
  );
  t.strictSame(await hosts.list("other/one/cluster" as typeof CLUSTER), []);
});

t.test("which network a host's cluster has on its engine is its owner's word, until it moves to another", async (t) => {
  const { hosts } = await aFleet(await aStore(t, server), aHost("h1"));
  const network = async () => (await hosts.get([hostId("h1")]))[0]?.network;
  t.notOk(await hosts.setNetwork(hostId("h1"), 0, "10.42.7.0/24", 3), "an older epoch");
  t.equal(await network(), undefined);
  t.ok(await hosts.setNetwork(hostId("h1"), 1, "10.42.7.0/24", 4));
  await hosts.register(aHost("h1", { declared: { cpuUnits: 512, memoryMiB: 512 } }), 5);
  t.equal(await network(), "10.42.7.0/24", "a new declaration of the same host changes nothing about it");
  t.ok(await hosts.setNetwork(hostId("h1"), 1, undefined, 6));
  t.equal(await network(), undefined);
  await hosts.setNetwork(hostId("h1"), 1, "10.42.7.0/24", 7);
  await hosts.register(aHost("h1", { cluster: "other/one/cluster" as typeof CLUSTER }), 8);
  t.equal(await network(), undefined);
});

t.test("a host is forgotten only when its tasks are stopped and cleaned up", async (t) => {
  const { hosts, tasks } = await aFleet(await aStore(t, server), aHost("h1"));
  await place(tasks, aTask("a"));
  t.notOk(await hosts.remove(hostId("h1"), 3));
  await tasks.observe(taskId("a"), 1, seen("STOPPED"), 4);
  t.notOk(await hosts.remove(hostId("h1"), 5));
  await tasks.cleaned(taskId("a"), 1);
  t.ok(await hosts.remove(hostId("h1"), 6));
  t.notOk(await hosts.remove(hostId("h1"), 7));
  t.strictSame(await hosts.list(), []);
});

t.test("documents are made once, replaced by version, found by terms and removed", async (t) => {
  const clusters = recordStore<{ name: string; tags: string[] }>(await aStore(t, server), "cluster");
  t.strictSame(await clusters.create("b", { name: "b", tags: [] }, ["status:ACTIVE", "k: v"]), {
    id: "b",
    value: { name: "b", tags: [] },
    version: 1,
  });
  t.equal(await clusters.create("b", { name: "other", tags: [] }), undefined);
  await clusters.create("a", { name: "a", tags: [] }, ["status:ACTIVE"]);
  t.strictSame(await clusters.find([]), ["a", "b"]);
  t.strictSame(await clusters.find(["status:ACTIVE", "k: v"]), ["b"]);
  t.match(await clusters.replace("b", 1, { name: "b", tags: ["x"] }, ["status:INACTIVE"]), { version: 2 });
  t.equal(await clusters.replace("b", 1, { name: "b", tags: [] }), undefined);
  t.equal(await clusters.replace("c", 1, { name: "c", tags: [] }), undefined);
  t.strictSame(await clusters.find(["status:ACTIVE"]), ["a"]);
  t.strictSame(await clusters.get(["b", "none"]), [
    { id: "b", value: { name: "b", tags: ["x"] }, version: 2 },
    undefined,
  ]);
  t.notOk(await clusters.remove("b", 1));
  t.ok(await clusters.remove("b", 2));
  t.notOk(await clusters.remove("b"));
  t.strictSame(await clusters.find([]), ["a"]);
});

t.test("numbers of numbered documents never come again, whoever asks at once", async (t) => {
  const definitions = recordStore<{ cpu: string }>(await aStore(t, server), "task-definition");
  const made = await Promise.all(
    Array.from({ length: 12 }, () => definitions.createNext("web:", { cpu: "1" }, ["family:web"])),
  );
  t.strictSame(
    made.map(({ number }) => number).sort((a, b) => a - b),
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  t.equal(made[0]!.id, numberedId("web:", made[0]!.number));
  await definitions.remove(numberedId("web:", 12));
  t.match(await definitions.createNext("web:", { cpu: "2" }), { id: "web:0000000013", number: 13, version: 1 });
  t.equal((await definitions.createNext("api:", { cpu: "2" })).number, 1);
  t.equal((await definitions.find(["family:web"])).length, 11);
});

t.test("a document that its parser refuses is named by its key", async (t) => {
  const store = await aStore(t, server);
  await recordStore(store, "settings").create("s", { on: 1 });
  const strict = recordStore(store, "settings", () => {
    throw new Error("on is no boolean");
  });
  await t.rejects(strict.get(["s"]), {
    name: "BrokenRecordError",
    message: /berth:record:settings:s .*on is no boolean/,
  });
});

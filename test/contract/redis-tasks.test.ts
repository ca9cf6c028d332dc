import t from "tap";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import { answered } from "../../src/adapters/redis/store-errors.ts";
import type { EngineId } from "../../src/fleet/model/ids.ts";
import type { StopRequest } from "../../src/fleet/model/task.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aFleet, aHost, aPlan, aPort, aTask, CLUSTER, hostId, place, seen, taskId } from "./redis-fixtures.ts";

const server = await aRedis(t);
const STOP: StopRequest = { code: "UserInitiated", reason: "enough", at: 5 };

t.test("a placed task reads back as it was written, empty lists and all", async (t) => {
  const { tasks, task } = await aFleet(await aStore(t, server), aHost("h1"));
  const placed = aTask("a", { ports: [aPort(8080)], details: { overrides: {}, tags: [], note: "ünïcode" } });
  await place(tasks, placed);
  t.strictSame(await task("a"), placed);
  t.match(await tasks.placement(taskId("a")), { requestId: "request-of-a", explanation: { chosen: "h1", hosts: [] } });
});

t.test("a placed task is taken off its host's account, and given back when it is STOPPED", async (t) => {
  const { tasks, ledger } = await aFleet(await aStore(t, server), aHost("h1"));
  const before = await ledger("h1");
  await place(tasks, aTask("a", { cpuUnits: 100, memoryMiB: 200, ports: [aPort(8080)] }));
  t.strictSame(await ledger("h1"), {
    free: { cpuUnits: 924, memoryMiB: 824 },
    ports: { "tcp/8080": "a" },
    groups: { "family:web": 1 },
    runningTasks: 0,
    pendingTasks: 1,
  });
  t.ok(await tasks.observe(taskId("a"), 1, seen("RUNNING"), 10));
  t.match(await ledger("h1"), { runningTasks: 1, pendingTasks: 0 });
  t.ok(await tasks.observe(taskId("a"), 1, seen("STOPPED"), 11));
  t.strictSame(await ledger("h1"), before);
});

t.test("of 50 plans racing for the last slots exactly as many win as fit", async (t) => {
  const store = await aStore(t, server);
  const other = await aStore(t, server, { empty: false });
  const { tasks, ledger } = await aFleet(store, aHost("h1", { declared: { cpuUnits: 7 * 128, memoryMiB: 100_000 } }));
  const rival = await aFleet(other);
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, i) => (i % 2 ? tasks : rival.tasks).commit(aPlan([aTask(`t${i}`)]))),
  );
  t.equal(outcomes.filter(({ type }) => type === "committed").length, 7);
  t.strictSame(
    outcomes.filter(({ type }) => type !== "committed"),
    Array.from({ length: 43 }, () => ({ type: "stale", host: "h1" })),
  );
  t.equal((await ledger("h1")).free.cpuUnits, 0);
});

t.test("a plan is committed whole or not at all", async (t) => {
  const { tasks, ledger, task } = await aFleet(await aStore(t, server), aHost("h1"), aHost("h2"));
  const before = await ledger("h1");
  const tooBig = aTask("b", { host: hostId("h2"), cpuUnits: 1025 });
  t.strictSame(await tasks.commit(aPlan([aTask("a"), tooBig])), { type: "stale", host: "h2" });
  t.strictSame(await ledger("h1"), before);
  t.equal(await task("a"), undefined);
  t.strictSame(await tasks.find(CLUSTER, []), []);
});

t.test("a plan for a host that is draining, disconnected or gone is stale", async (t) => {
  const { hosts, tasks } = await aFleet(await aStore(t, server), aHost("h1"), aHost("h2"));
  await hosts.setState(hostId("h1"), "DRAINING", 3);
  await hosts.setHealth(hostId("h2"), 1, "DISCONNECTED", 3);
  for (const host of ["h1", "h2", "h3"]) {
    t.strictSame(await tasks.commit(aPlan([aTask("a", { host: hostId(host) })])), { type: "stale", host });
  }
});

t.test("a port is held once: on a slice's own address, or on the engine for all its slices", async (t) => {
  const elsewhere = aHost("h3", { engineId: "engine-2" as EngineId });
  const { hosts, tasks } = await aFleet(await aStore(t, server), aHost("h1"), aHost("h2"), elsewhere);
  await place(tasks, aTask("a", { ports: [aPort(80)] }));
  const outcome = async (id: string, host: string, port: number, space: "host" | "engine") =>
    (await tasks.commit(aPlan([aTask(id, { host: hostId(host), ports: [aPort(port, space)] })]))).type;
  t.equal(await outcome("b", "h1", 80, "host"), "stale", "the same address");
  t.equal(await outcome("c", "h2", 80, "host"), "committed", "another slice's address");
  t.equal(await outcome("d", "h2", 80, "engine"), "stale", "all addresses, while slices hold it");
  t.equal(await outcome("e", "h3", 80, "engine"), "committed", "another engine");
  t.equal(await outcome("f", "h1", 90, "engine"), "committed", "all addresses, while nobody holds it");
  t.equal(await outcome("g", "h2", 90, "host"), "stale", "a slice of that engine");
  t.equal(await outcome("h", "h2", 90, "engine"), "stale", "all addresses again");
  t.strictSame(await hosts.enginePorts(["engine-1" as EngineId]), { "engine-1": { "tcp/90": "f" } });
  const twice = [aTask("i", { ports: [aPort(70)] }), aTask("j", { ports: [aPort(70)] })];
  t.equal((await tasks.commit(aPlan(twice))).type, "stale", "twice in one plan");
});

t.test("slices that share one address share its ports", async (t) => {
  const shared = { publishAddress: "127.0.0.1" };
  const { tasks } = await aFleet(await aStore(t, server), aHost("h1", shared), aHost("h2", shared));
  await place(tasks, aTask("a", { ports: [aPort(80)] }));
  const other = aTask("b", { host: hostId("h2"), ports: [aPort(80)] });
  t.equal((await tasks.commit(aPlan([other]))).type, "stale");
});

t.test("distinctInstance looks at desiredStatus: a task that is to stop does not block", async (t) => {
  const { tasks } = await aFleet(await aStore(t, server), aHost("h1"));
  const limited = (id: string) => aPlan([aTask(id)], { groupLimit: 1 });
  t.equal((await tasks.commit(limited("a"))).type, "committed");
  t.equal((await tasks.commit(limited("b"))).type, "stale");
  await tasks.requestStop(taskId("a"), STOP);
  t.equal((await tasks.commit(limited("c"))).type, "committed");
});

t.test("a repeated cause finds the same tasks, with other parameters it is a conflict", async (t) => {
  const { tasks, ledger } = await aFleet(await aStore(t, server), aHost("h1"));
  const cause = { key: "token-1", fingerprint: "f1", keepSeconds: 60 };
  t.strictSame(await tasks.commit(aPlan([aTask("a"), aTask("b")], { cause })), { type: "committed", gone: [] });
  t.strictSame(await tasks.commit(aPlan([aTask("c"), aTask("d")], { cause })), { type: "repeated", tasks: ["a", "b"] });
  t.strictSame(await tasks.commit(aPlan([aTask("e")], { cause: { ...cause, fingerprint: "f2" } })), {
    type: "conflict",
  });
  t.equal((await ledger("h1")).pendingTasks, 2);
});

t.test(
  "what a document wants is made and stopped only while it is as it was known, and then it has moved on",
  async (t) => {
    const store = await aStore(t, server);
    const { tasks, task, ledger } = await aFleet(store, aHost("h1"));
    const services = recordStore<object>(store, "service");
    await services.create("web", { says: "two tasks" });
    const asKnown = (version: number) => ({ wantedBy: { kind: "service", id: "web", version } });
    const first = aPlan([aTask("a"), aTask("b")], asKnown(1));
    t.strictSame(await tasks.commit(first), { type: "committed", gone: [] });
    t.strictSame(await tasks.commit(first), { type: "committed", gone: [] }, "the very plan a second time");
    t.strictSame(await tasks.commit(aPlan([aTask("c")], asKnown(1))), { type: "conflict" });
    t.strictSame(await services.get(["web"]), [{ id: "web", value: { says: "two tasks" }, version: 2 }]);
    t.strictSame(await tasks.commit(aPlan([], asKnown(2))), { type: "committed", gone: [] });
    t.match(await services.get(["web"]), [{ version: 2 }], "which places nothing changes nothing");

    const stop = (version: number, ...ids: string[]) =>
      tasks.requestStops(
        ids.map((id) => ({ ...STOP, task: taskId(id) })),
        asKnown(version).wantedBy,
      );
    t.equal(await stop(1, "a"), false);
    t.match(await task("a"), { desired: "RUNNING" });
    t.equal(await stop(2, "a", "nobody"), true);
    t.match(await task("a"), { desired: "STOPPED", stop: STOP, version: 2 });
    t.equal(await stop(2, "b"), false, "whoever still goes by what was looks again");
    t.equal(await stop(3, "a", "b"), true);
    t.match(await task("a"), { version: 2 }, "asked before");
    t.match([await task("b"), (await ledger("h1")).groups], [{ desired: "STOPPED" }, {}]);
  },
);

t.test("the same plan sent twice takes its resources once", async (t) => {
  const { tasks, ledger } = await aFleet(await aStore(t, server), aHost("h1"));
  const plan = aPlan([aTask("a")]);
  t.strictSame(await Promise.all([tasks.commit(plan), tasks.commit(plan)]), [
    { type: "committed", gone: [] },
    { type: "committed", gone: [] },
  ]);
  t.equal((await ledger("h1")).pendingTasks, 1);
});

t.test("the first stop wins", async (t) => {
  const { tasks, ledger } = await aFleet(await aStore(t, server), aHost("h1"));
  await place(tasks, aTask("a"));
  t.match(await tasks.requestStop(taskId("a"), STOP), { desired: "STOPPED", stop: STOP, version: 2 });
  const later = { ...STOP, reason: "too late" };
  t.match(await tasks.requestStop(taskId("a"), later), { stop: STOP, version: 2 });
  t.strictSame((await ledger("h1")).groups, {});
  t.equal(await tasks.requestStop(taskId("nobody"), STOP), undefined);
});

t.test("a task that ends by itself is no longer wanted", async (t) => {
  const { tasks, task } = await aFleet(await aStore(t, server), aHost("h1"));
  await place(tasks, aTask("a"));
  await tasks.observe(taskId("a"), 1, seen("STOPPED", { stoppedAt: 9 }), 9);
  t.match(await task("a"), { desired: "STOPPED", stop: undefined, observed: { status: "STOPPED", stoppedAt: 9 } });
  t.match(await tasks.requestStop(taskId("a"), STOP), { stop: undefined });
});

t.test("statuses move forward only, and an end is final", async (t) => {
  const { tasks, task } = await aFleet(await aStore(t, server), aHost("h1"));
  await place(tasks, aTask("a"));
  const observe = (status: Parameters<typeof seen>[0]) => tasks.observe(taskId("a"), 1, seen(status), 9);
  t.ok(await observe("PENDING"), "more is known of a pending task");
  t.ok(await observe("RUNNING"));
  t.notOk(await observe("PENDING"));
  t.ok(await observe("STOPPED"));
  t.notOk(await observe("STOPPED"));
  t.notOk(await observe("RUNNING"));
  t.equal((await task("a"))?.observed.status, "STOPPED");
});

t.test("an owner of an older epoch changes nothing any more", async (t) => {
  const { hosts, tasks, leases, task } = await aFleet(await aStore(t, server), aHost("h1"));
  await place(tasks, aTask("a"), aTask("b"));
  await tasks.observe(taskId("b"), 1, seen("STOPPED"), 3);
  await leases.release(hostId("h1"), "owner-1", 1);
  t.equal(await leases.acquire(hostId("h1"), "owner-2", 60_000), 2);
  t.notOk(await tasks.observe(taskId("a"), 1, seen("STOPPED"), 4));
  t.notOk(await tasks.cleaned(taskId("b"), 1));
  t.notOk(await hosts.setHealth(hostId("h1"), 1, "LOST", 4));
  t.equal((await task("a"))?.observed.status, "PENDING");
  t.ok(await tasks.observe(taskId("a"), 2, seen("RUNNING"), 5));
});

t.test("tasks are found by all their terms, oldest first", async (t) => {
  const { tasks } = await aFleet(await aStore(t, server), aHost("h1"), aHost("h2"));
  await place(tasks, aTask("z", { createdAt: 1, terms: ["family:web", "startedBy:me: and you"] }));
  await place(tasks, aTask("a", { createdAt: 2, host: hostId("h2") }), aTask("m", { createdAt: 3, terms: [] }));
  await tasks.requestStop(taskId("a"), STOP);
  t.strictSame(await tasks.find(CLUSTER, []), ["z", "a", "m"]);
  t.strictSame(await tasks.find(CLUSTER, ["family:web"]), ["z", "a"]);
  t.strictSame(await tasks.find(CLUSTER, ["family:web", "desired:RUNNING"]), ["z"]);
  t.strictSame(await tasks.find(CLUSTER, ["desired:STOPPED", "host:h2"]), ["a"]);
  t.strictSame(await tasks.find(CLUSTER, ["startedBy:me: and you"]), ["z"]);
  t.strictSame(await tasks.find(CLUSTER, ["family:none"]), []);
});

t.test("a wing's record is replaced only where its version is the one that was read", async (t) => {
  const { tasks } = await aFleet(await aStore(t, server), aHost("h1"));
  await place(tasks, aTask("a"));
  t.match(await tasks.setDetails(taskId("a"), 1, { tags: ["x"] }, 3), { version: 2, details: { tags: ["x"] } });
  t.equal(await tasks.setDetails(taskId("a"), 1, { tags: [] }, 4), undefined);
});

t.test("a host looks at its tasks until they are cleaned up; long stopped ones are forgotten", async (t) => {
  const { tasks, task } = await aFleet(await aStore(t, server), aHost("h1"));
  await place(tasks, aTask("a"), aTask("b"));
  t.notOk(await tasks.cleaned(taskId("a"), 1), "it is not STOPPED");
  await tasks.observe(taskId("a"), 1, seen("STOPPED"), 100);
  t.strictSame((await tasks.onHost(hostId("h1"))).sort(), ["a", "b"]);
  t.ok(await tasks.cleaned(taskId("a"), 1));
  t.ok(await tasks.cleaned(taskId("a"), 1), "again");
  t.strictSame(await tasks.onHost(hostId("h1")), ["b"]);
  t.strictSame(await tasks.forgetStoppedBefore(100, 10), []);
  t.strictSame(await tasks.forgetStoppedBefore(101, 10), [{ id: "a", keepsOutput: false }]);
  t.equal(await task("a"), undefined);
  t.strictSame(await tasks.find(CLUSTER, []), ["b"]);
});

t.test("a forgotten task leaves no key behind", async (t) => {
  const store = await aStore(t, server);
  const { tasks } = await aFleet(store, aHost("h1"));
  const before = (await store.redis.keys("*")).sort();
  await place(tasks, aTask("a", { ports: [aPort(80), aPort(81, "engine")], terms: ["x", "y"] }));
  await tasks.requestStop(taskId("a"), STOP);
  await tasks.observe(taskId("a"), 1, seen("STOPPED"), 1);
  await tasks.forgetStoppedBefore(2, 10);
  t.strictSame((await store.redis.keys("*")).sort(), before);
});

t.test("refusals are kept under their request, and the last one is found without it", async (t) => {
  const { tasks } = await aFleet(await aStore(t, server));
  t.strictSame(await tasks.refusals(), []);
  const record = aPlan([aTask("a")]).tasks[0]!.record;
  await tasks.keepRefusals("r1", [record]);
  await tasks.keepRefusals("r2", [record, record]);
  t.strictSame(await tasks.refusals("r1"), [record]);
  t.strictSame(await tasks.refusals(), [record, record]);
  t.strictSame(await tasks.refusals("r3"), []);
});

t.test("a record that no move wrote is told apart by its key", async (t) => {
  const store = await aStore(t, server);
  const { tasks, task } = await aFleet(store, aHost("h1"));
  await place(tasks, aTask("a"));
  await store.redis.hset("berth:task:a", "observed", "{");
  await t.rejects(task("a"), { name: "BrokenRecordError", message: /berth:task:a .*observed is no JSON/ });
});

t.test(
  "what Redis refuses is told without the record that was to be written: it holds a task's environment",
  async (t) => {
    const { redis } = await aStore(t, server);
    const refused = answered(redis.eval("return redis.error_reply('ERR no')", 0, "SECRET=1"));
    await t.rejects(refused, { message: /ERR no/, command: undefined });
  },
);

import t, { type Test } from "tap";
import { changeFeed } from "../../src/adapters/redis/change-feed.ts";
import { changeListeners } from "../../src/adapters/redis/change-listeners.ts";
import { waitingConnection } from "../../src/adapters/redis/connect.ts";
import { type Delivery, startFeedRelay } from "../../src/adapters/redis/feed-relay.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import type { RedisStore } from "../../src/adapters/redis/store.ts";
import type { ChangeFeed, FeedItem } from "../../src/kernel/change-feed.ts";
import type { WorkQueue } from "../../src/kernel/work-queue.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aFleet, aHost, aPlan, aTask, hostId, place, seen, taskId } from "./redis-fixtures.ts";

const server = await aRedis(t);

/** Follows the feed from a position; `take(n)` waits for the next n items. */
const aReader = (t: Test, store: RedisStore, position: string) => {
  const ending = new AbortController();
  const items = changeFeed(store).follow(position, ending.signal)[Symbol.asyncIterator]();
  t.teardown(() => ending.abort());
  const take = async (count: number): Promise<FeedItem[]> => {
    const taken: FeedItem[] = [];
    while (taken.length < count) {
      const { value, done } = await items.next();
      if (done) throw new Error(`the feed ended after ${taken.length} of ${count} items`);
      taken.push(value);
    }
    return taken;
  };
  return { take, ending, next: () => items.next() };
};

const words = (item: FeedItem): string =>
  item.type === "resync" ? "resync" : `${item.change.kind} ${item.change.subject} ${item.change.verb}`;

t.test("every move writes one entry, and one that changed nothing writes none", async (t) => {
  const store = await aStore(t, server);
  const { hosts, tasks, leases } = await aFleet(store);
  const [h1, a] = [hostId("h1"), taskId("a")];
  const stop = { code: "UserInitiated", reason: "", at: 5 } as const;
  await hosts.register(aHost("h1"), 1);
  await leases.acquire(h1, "o", 60_000);
  await leases.renew(h1, "o", 1, 60_000);
  await hosts.setHealth(h1, 1, "CONNECTED", 2);
  await hosts.setHealth(h1, 1, "CONNECTED", 3);
  await hosts.setAttributes(h1, { a: "b" }, 3);
  await hosts.setTags(h1, { a: "b" }, 3);
  await place(tasks, aTask("a"));
  await tasks.commit(aPlan([aTask("b", { cpuUnits: 5000 })]));
  await tasks.keepRefusals("r", [aPlan([aTask("b")]).tasks[0]!.record]);
  await tasks.setDetails(a, 1, {}, 4);
  await tasks.requestStop(a, stop);
  await tasks.requestStop(a, stop);
  await tasks.observe(a, 1, seen("STOPPED"), 6);
  await tasks.observe(a, 1, seen("RUNNING"), 7);
  await tasks.cleaned(a, 1);
  await tasks.forgetStoppedBefore(100, 10);
  await hosts.setState(h1, "DRAINING", 8);
  await leases.release(h1, "o", 1);
  await hosts.remove(h1, 9);
  const clusters = recordStore<object>(store, "cluster");
  await clusters.create("c", {});
  await clusters.create("c", {});
  await clusters.replace("c", 1, {});
  await clusters.remove("c");
  const expected = [
    ...["host h1 registered", "host h1 owned", "host h1 health-set", "host h1 attributes-set", "host h1 tags-set"],
    ...["task a placed", "placement r refused", "task a details-set", "task a stop-requested", "task a observed"],
    ...["task a cleaned", "task a forgotten", "host h1 state-set", "host h1 released", "host h1 removed"],
    ...["cluster c created", "cluster c replaced", "cluster c removed"],
  ];
  t.strictSame((await aReader(t, store, "0-0").take(expected.length)).map(words), expected);
  t.equal(await store.redis.xlen("berth:feed"), expected.length);
});

t.test("an entry tells a listener whether it is concerned", async (t) => {
  const store = await aStore(t, server);
  const { tasks } = await aFleet(store, aHost("h1"));
  await place(tasks, aTask("a"));
  const position = await changeFeed(store).position();
  await tasks.observe(taskId("a"), 1, seen("STOPPED"), 77);
  const [item] = await aReader(t, store, position).take(1);
  const facts = { cluster: "000000000000/us-east-1/default", host: "h1", group: "family:web" };
  const change = { at: 77, facts: { ...facts, was: "PENDING", status: "STOPPED", desired: "STOPPED" } };
  t.match(item, { type: "change", change });
});

t.test("a reader meets what comes while it waits, from an empty feed on", async (t) => {
  const store = await aStore(t, server);
  const position = await changeFeed(store).position();
  t.equal(position, "0-0");
  const reader = aReader(t, store, position);
  const first = reader.take(1);
  await recordStore<object>(store, "cluster").create("c", {});
  t.strictSame((await first).map(words), ["cluster c created"]);
  const waiting = reader.next();
  reader.ending.abort();
  t.strictSame(await waiting, { value: undefined, done: true }, "an abort ends it");
});

t.test("a reader that fell behind is told to look again, and goes on from there", async (t) => {
  const store = await aStore(t, server, { feedLength: 10 });
  const documents = recordStore<object>(store, "cluster");
  await documents.create("first", {});
  const position = await changeFeed(store).position();
  await Promise.all(Array.from({ length: 500 }, (_, i) => documents.create(`c${i}`, {})));
  t.ok((await store.redis.xlen("berth:feed")) < 300, "the feed was trimmed");
  for (const behind of [position, "0-0"]) {
    const reader = aReader(t, store, behind);
    t.strictSame(await reader.take(1), [{ type: "resync", from: await changeFeed(store).position() }]);
    await documents.create(`after ${behind}`, {});
    t.strictSame((await reader.take(1)).map(words), [`cluster after ${behind} created`]);
  }
});

t.test("a reader whose position is beyond the end of a feed that lost it is told to look again", async (t) => {
  const store = await aStore(t, server);
  await recordStore<object>(store, "cluster").create("c", {});
  t.match(await aReader(t, store, "99999999999999-0").take(1), [{ type: "resync" }]);
});

t.test("one reader serves many listeners, and one that throws does not disturb the others", async (t) => {
  const store = await aStore(t, server);
  const errors: unknown[] = [];
  const shared = await changeListeners(changeFeed(store), (error) => errors.push(error));
  const heard: string[] = [];
  const documents = recordStore<object>(store, "cluster");
  const hears = (subject: string) =>
    new Promise<void>((resolve) => {
      const stop = shared.listen((item) => {
        if (item.type === "change" && item.change.subject === subject) resolve(stop());
      });
    });
  shared.listen(() => {
    throw new Error("a bug");
  });
  const stopListening = shared.listen((item) => heard.push(words(item)));
  const one = hears("one");
  await documents.create("one", {});
  await one;
  stopListening();
  const two = hears("two");
  await documents.create("two", {});
  await two;
  t.strictSame(heard, ["cluster one created"]);
  t.match(errors, [{ message: "a bug" }, { message: "a bug" }]);
  const before = await store.redis.client("LIST");
  await shared.close();
  t.ok(String(before).includes("cmd=xread"), "the reader had a connection of its own");
});

t.test("a reader that fails starts again where it was", async (t) => {
  const store = await aStore(t, server);
  const feed = changeFeed(store);
  let failures = 1;
  const flaky: ChangeFeed = {
    position: feed.position,
    async *follow(position, signal) {
      for await (const item of feed.follow(position, signal)) {
        yield item;
        if (failures-- > 0) throw new Error("lost it");
      }
    },
  };
  const errors: unknown[] = [];
  const shared = await changeListeners(flaky, (error) => errors.push(error));
  t.teardown(() => shared.close());
  const heard: string[] = [];
  const all = new Promise<void>((resolve) => {
    shared.listen((item) => {
      heard.push(words(item));
      if (heard.length === 2) resolve();
    });
  });
  const documents = recordStore<object>(store, "cluster");
  await documents.create("one", {});
  await documents.create("two", {});
  await all;
  t.strictSame(heard, ["cluster one created", "cluster two created"]);
  t.match(errors, [{ message: "lost it" }]);
});

t.test("changes of one move share an entry, and a reader that stopped within it goes on there", async (t) => {
  const store = await aStore(t, server);
  const { tasks } = await aFleet(store, aHost("h1"));
  const position = await changeFeed(store).position();
  const ids = Array.from({ length: 12 }, (_, i) => `t${i}`);
  await place(tasks, ...ids.map((id) => aTask(id, { cpuUnits: 1, memoryMiB: 1 })));
  const items = await aReader(t, store, position).take(12);
  const expected = ids.map((id) => `task ${id} placed`);
  t.strictSame(items.map(words), expected);
  const positions = items.map((item) => (item.type === "change" ? item.change.id : ""));
  const entries = (await store.redis.xrange("berth:feed", `(${position}`, "+")).map(([id]) => id);
  t.strictSame([...new Set(positions.map((id) => id.split(".")[0]))], entries);
  t.equal(entries.length, 2, "ten share an entry");
  for (const at of [0, 5, 9, 10])
    t.strictSame((await aReader(t, store, positions[at]!).take(11 - at)).map(words), expected.slice(at + 1));
  await recordStore<object>(store, "cluster").create("c", {});
  t.strictSame((await aReader(t, store, positions[11]!).take(1)).map(words), ["cluster c created"]);
});

t.test(
  "entries that no move of today wrote make readers look again at everything, once for all in a row",
  async (t) => {
    const store = await aStore(t, server);
    await store.redis.xadd("berth:feed", "*", "nonsense", "yes");
    const old = ["kind", "cluster", "subject", "c", "verb", "created", "at", "1", "version", "1"];
    await store.redis.xadd("berth:feed", "*", ...old);
    const id = await store.redis.xadd("berth:feed", "*", "changes", '[["too","short"]]');
    await recordStore<object>(store, "cluster").create("c", {});
    const [first, second] = await aReader(t, store, "0-0").take(2);
    t.strictSame(first, { type: "resync", from: id });
    t.equal(words(second!), "cluster c created");
  },
);

/** Queues that keep what is added; `full` resolves at that many. */
const keptQueues = (count: number) => {
  const added: string[] = [];
  let fill: () => void = () => {};
  const full = new Promise<void>((resolve) => {
    fill = resolve;
  });
  const queue = (name: string): WorkQueue => ({
    async add({ name: wakeUp }, options) {
      added.push(`${name}: ${wakeUp} ${options?.once ?? ""}`);
      if (added.length === count) fill();
    },
    every: async () => {},
    schedule: async () => {},
    callOff: async () => false,
    handle: async () => {},
    close: async () => {},
  });
  return { added, full, queues: queue };
};

const wakeKeeper = ({ subject }: { subject: string }): Delivery[] => [
  { queue: "keeper", wakeUp: { name: "look", data: { subject } }, options: { once: subject } },
];

const failOn = (t: Test) => (error: unknown) => t.fail("the relay complained", { error });

t.test("the relay turns entries into wake-ups, each by one control plane", async (t) => {
  const store = await aStore(t, server);
  const { added, full, queues } = keptQueues(20);
  const routes = { "cluster created": wakeKeeper };
  const start = (consumer: string) => startFeedRelay(store, routes, queues, { consumer, onError: failOn(t) });
  const relays = [await start("cp-1"), await start("cp-2")];
  const documents = recordStore<object>(store, "cluster");
  for (let i = 0; i < 20; i++) await documents.create(`c${i}`, {});
  await documents.remove("c0");
  await full;
  await Promise.all(relays.map((relay) => relay.close()));
  t.strictSame(added.sort(), Array.from({ length: 20 }, (_, i) => `keeper: look c${i}`).sort());
});

t.test("what a control plane took and did not finish before it died is relayed by another", async (t) => {
  const store = await aStore(t, server);
  const nothing = await startFeedRelay(store, {}, keptQueues(0).queues, { consumer: "dead", onError: failOn(t) });
  await nothing.close();
  await recordStore<object>(store, "cluster").create("c", {});
  await store.redis.xreadgroup("GROUP", "relay", "dead", "COUNT", 10, "STREAMS", "berth:feed", ">");
  const { added, full, queues } = keptQueues(1);
  const options = { consumer: "alive", takeOverAfterMs: 0, onError: failOn(t) };
  const relay = await startFeedRelay(store, { "cluster created": wakeKeeper }, queues, options);
  await full;
  await relay.close();
  t.strictSame(added, ["keeper: look c"]);
});

t.test("entries that no move of today wrote are passed over by the relay, without a word", async (t) => {
  const store = await aStore(t, server);
  const { added, full, queues } = keptQueues(1);
  const options = { consumer: "cp-1", takeOverAfterMs: 0, onError: failOn(t) };
  const relay = await startFeedRelay(store, { "cluster created": wakeKeeper }, queues, options);
  await store.redis.xadd("berth:feed", "*", "kind", "cluster", "subject", "old", "verb", "created", "at", "1");
  await recordStore<object>(store, "cluster").create("new", {});
  await full;
  await relay.close();
  t.strictSame(added, ["keeper: look new"]);
  t.strictSame(await store.redis.xpending("berth:feed", "relay"), [0, null, null, null]);
});

t.test("a wake-up that could not be queued is tried again", async (t) => {
  const store = await aStore(t, server);
  const { added, full, queues } = keptQueues(1);
  let failures = 1;
  const flaky = (name: string): WorkQueue => ({
    ...queues(name),
    async add(wakeUp, options) {
      if (failures-- > 0) throw new Error("no room");
      await queues(name).add(wakeUp, options);
    },
  });
  const errors: unknown[] = [];
  const options = { consumer: "cp-1", takeOverAfterMs: 0, onError: (error: unknown) => errors.push(error) };
  const relay = await startFeedRelay(store, { "cluster created": wakeKeeper }, flaky, options);
  await recordStore<object>(store, "cluster").create("c", {});
  await full;
  await relay.close();
  t.match(errors, [{ message: "no room" }]);
  t.strictSame(added, ["keeper: look c"]);
});

t.test("a second connection goes where the first one goes", async (t) => {
  const store = await aStore(t, server);
  const connection = waitingConnection(store.redis);
  t.teardown(() => connection.disconnect());
  await store.redis.set("here", "yes");
  t.equal(await connection.get("here"), "yes");
});

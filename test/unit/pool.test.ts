import fc from "fast-check";
import t, { type Test } from "tap";
import { hostStore } from "../../src/adapters/redis/host-store.ts";
import { KEYS } from "../../src/adapters/redis/keys.ts";
import { applyPool } from "../../src/fleet/control/pool.ts";
import { forgetRemovedHosts } from "../../src/fleet/control/remove-host.ts";
import type { HostDeclaration, HostView } from "../../src/fleet/model/host.ts";
import type { EngineId, HostId } from "../../src/fleet/model/ids.ts";
import type { PoolChanges } from "../../src/fleet/model/pool-changes.ts";
import { shareOfHosts, sizeOfShare } from "../../src/fleet/model/share-of-hosts.ts";
import type { HostStore, TaskStore } from "../../src/fleet/ports.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aHost } from "./scheduler-fixtures.ts";

const declare = (id: string, changes: Partial<HostDeclaration> = {}): HostDeclaration => {
  const { ledger: _, state: _state, health: _health, registeredAt: _at, ...host } = aHost(id);
  return { ...host, attributes: { zone: "a" }, ...changes };
};

const redis = await aRedis(t);

/** A pool in the real store, and what was registered in it. */
const aPool = async (t: Test) => {
  const store = await aStore(t, redis);
  const hosts = hostStore(store);
  const registered: string[] = [];
  const watched: HostStore = {
    ...hosts,
    register(declaration, at) {
      registered.push(declaration.id);
      return hosts.register(declaration, at);
    },
  };
  return {
    hosts: watched,
    registered,
    host: async (id: string): Promise<HostView | undefined> => (await hosts.get([id as HostId]))[0],
    /** As if a task were placed there, or ended. */
    async busy(id: string, isBusy: boolean): Promise<void> {
      await store.redis.hset(`${KEYS.task}t-${id}`, "status", isBusy ? "RUNNING" : "STOPPED");
      await store.redis.hset(KEYS.host + id, "runningTasks", isBusy ? 1 : 0);
      if (isBusy) await store.redis.sadd(KEYS.host_tasks + id, `t-${id}`);
      else await store.redis.srem(KEYS.host_tasks + id, `t-${id}`);
    },
    /** `silent`: in the file, but their engines do not answer. */
    apply: (declared: readonly HostDeclaration[], silent: readonly string[] = []): Promise<PoolChanges> =>
      applyPool(
        { hosts: watched, clock: store.clock },
        declared,
        new Set([...declared.map(({ id }) => id), ...silent]),
      ),
  };
};

t.test("hosts that are declared join, and are left alone when nothing changed", async (t) => {
  const pool = await aPool(t);
  await pool.apply([declare("one"), declare("two")]);
  t.strictSame(pool.registered, ["one", "two"]);
  const again = await pool.apply([declare("two"), declare("one", { attributes: { zone: "a" } })]);
  t.strictSame(again, { register: [], reactivate: [], drain: [], remove: [] });
  t.equal(pool.registered.length, 2);
});

t.test("a host that is declared otherwise is registered anew, whatever it is that changed", async (t) => {
  const changes: Partial<HostDeclaration>[] = [
    { declared: { cpuUnits: 1, memoryMiB: 1 } },
    { publishAddress: "127.0.1.9" },
    { engine: { docker: "tcp://elsewhere:1" } },
    { engineVersion: "99" },
    { attributes: { zone: "b" } },
    { attributes: {} },
    { attributes: { zone: "a", more: "" } },
  ];
  for (const change of changes) {
    const pool = await aPool(t);
    await pool.apply([declare("one"), declare("two")]);
    const { register } = await pool.apply([declare("one", change), declare("two")]);
    t.strictSame(
      register.map(({ id }) => id),
      ["one"],
      JSON.stringify(change),
    );
    t.match(await pool.host("one"), change);
  }
});

t.test("attributes that users put survive, and do not make a host differ from the file", async (t) => {
  const pool = await aPool(t);
  await pool.apply([declare("one")]);
  await pool.hosts.setAttributes("one" as HostId, { mine: "1" }, 0);
  t.strictSame((await pool.apply([declare("one")])).register, []);
  await pool.apply([declare("one", { attributes: { zone: "b" } })]);
  t.strictSame((await pool.host("one"))?.attributes, { mine: "1", zone: "b" });
});

t.test("a host that left the file", async (t) => {
  t.test("goes at once when it is empty", async (t) => {
    const pool = await aPool(t);
    await pool.apply([declare("one"), declare("two")]);
    t.strictSame((await pool.apply([declare("one")])).remove, ["two"]);
    t.equal(await pool.host("two"), undefined);
  });

  t.test("drains while it has tasks, is asked to once, and goes when it is empty", async (t) => {
    const pool = await aPool(t);
    await pool.apply([declare("one"), declare("two")]);
    await pool.busy("two", true);
    t.strictSame((await pool.apply([declare("one")])).drain, ["two"]);
    t.equal((await pool.host("two"))?.state, "DRAINING");
    t.strictSame((await pool.apply([declare("one")])).drain, []);
    await pool.busy("two", false);
    t.strictSame((await pool.apply([declare("one")])).remove, ["two"]);
  });

  t.test("that gets a task in the last moment drains instead", async (t) => {
    const pool = await aPool(t);
    await pool.apply([declare("one")]);
    const list = pool.hosts.list;
    pool.hosts.list = async () => {
      const before = await list();
      await pool.busy("one", true);
      return before;
    };
    await pool.apply([]);
    t.equal((await pool.host("one"))?.state, "DRAINING");
  });

  t.test("and returns takes tasks again", async (t) => {
    const pool = await aPool(t);
    await pool.apply([declare("one")]);
    await pool.busy("one", true);
    await pool.apply([]);
    t.strictSame((await pool.apply([declare("one")])).reactivate, ["one"]);
    t.match(await pool.host("one"), { state: "ACTIVE", attributes: { zone: "a" } });
    t.strictSame((await pool.apply([declare("one")])).reactivate, []);
  });
});

t.test("a host that goes to another engine ends its tasks on the old one first", async (t) => {
  const pool = await aPool(t);
  await pool.apply([declare("h1")]);
  await pool.busy("h1", true);
  const moved = declare("h1", { engineId: "engine-2" as EngineId, engine: { docker: "unix:///two.sock" } });
  t.match(await pool.apply([moved]), { register: [], drain: ["h1"] });
  t.match(await pool.host("h1"), { state: "DRAINING", engineId: declare("h1").engineId });
  t.match(await pool.apply([moved]), { register: [], drain: [] }, "is asked to once");
  await pool.busy("h1", false);
  await pool.apply([moved]);
  t.match(await pool.host("h1"), { state: "ACTIVE", engineId: "engine-2", engine: { docker: "unix:///two.sock" } });
});

t.test("a host whose engine does not answer stays as it is", async (t) => {
  const pool = await aPool(t);
  await pool.apply([declare("one"), declare("two")]);
  t.strictSame(await pool.apply([declare("one")], ["two"]), { register: [], reactivate: [], drain: [], remove: [] });
});

t.test("one that the user drains stays draining; one that was deregistered is declared again", async (t) => {
  const pool = await aPool(t);
  await pool.apply([declare("one"), declare("two")]);
  await pool.hosts.setState("one" as HostId, "DRAINING", 0);
  await pool.hosts.setState("two" as HostId, "INACTIVE", 0);
  await pool.apply([declare("one"), declare("two")]);
  t.equal((await pool.host("one"))?.state, "DRAINING");
  t.equal((await pool.host("two"))?.state, "ACTIVE");
});

t.test("hosts made at run time are not the file's business", async (t) => {
  const pool = await aPool(t);
  await pool.hosts.register(declare("slice-1", { source: "api" }), 0);
  t.strictSame(await pool.apply([]), { register: [], reactivate: [], drain: [], remove: [] });
  t.ok(await pool.host("slice-1"));
});

t.test("a removal that a crash cut short is gone on with", async (t) => {
  const pool = await aPool(t);
  await pool.apply([declare("one"), declare("two")]);
  await pool.busy("one", true);
  await pool.busy("two", true);
  await pool.hosts.setState("one" as HostId, "INACTIVE", 0);
  const asked: string[] = [];
  const tasks = {
    onHost: async (host: HostId) => [`t-${host}`],
    async requestStop(task: string) {
      asked.push(task);
      return undefined;
    },
  } as unknown as TaskStore;
  const goOn = () => forgetRemovedHosts({ hosts: pool.hosts, tasks, clock: { now: () => 0 } });
  await goOn();
  t.strictSame(asked, ["t-one"], "what runs on a host that stays is left alone");
  t.ok(await pool.host("one"), "not while its tasks stop");
  await pool.busy("one", false);
  await goOn();
  t.equal(await pool.host("one"), undefined);
  t.ok(await pool.host("two"));
});

t.test("the shares of control planes add up to all hosts, and differ by one at most", async () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.nat(500), (live, hosts) => {
      const sizes = live.map((self) => sizeOfShare(self, live, hosts));
      const sum = sizes.reduce((one, other) => one + other, 0);
      return sum === hosts && Math.max(...sizes) - Math.min(...sizes) <= 1;
    }),
  );
});

/** Control planes come and go, and each does in turn what its share asks of it, until none has anything to do. */
const settle = (live: readonly string[], hosts: readonly HostId[], owner: Map<HostId, string>): number => {
  let moved = 0;
  for (let isBusy = true; isBusy; ) {
    isBusy = false;
    for (const self of live) {
      const held = new Set(hosts.filter((host) => owner.get(host) === self));
      const { give, take } = shareOfHosts({ self, live, hosts, held });
      for (const host of give) owner.delete(host);
      const free = hosts.filter((host) => !owner.has(host)).slice(0, take);
      for (const host of free) owner.set(host, self);
      moved += free.length;
      isBusy ||= give.length + free.length > 0;
    }
  }
  return moved;
};

t.test("every host comes to have an owner, and no more hosts change hands than must", async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(40), (count, size) => {
      const live = Array.from({ length: count }, (_, index) => `plane-${index}`);
      const hosts = Array.from({ length: size }, (_, index) => `h${index}` as HostId);
      const owner = new Map<HostId, string>();
      settle(live, hosts, owner);
      t.equal(owner.size, size);
      const joined = settle([...live, "new"], hosts, owner);
      t.equal(joined, Math.floor(size / (count + 1)), "one that comes gets its share, and nothing else moves");
      for (const [host, name] of owner) if (name === "new") owner.delete(host);
      t.equal(settle(live, hosts, owner), joined, "one that goes leaves what it had, and nothing else moves");
      t.equal(owner.size, size);
    }),
  );
  const alone = shareOfHosts({ self: "me", live: [], hosts: ["a" as HostId], held: new Set() });
  t.strictSame(alone, { give: [], take: 1 }, "one that nobody sees yet counts itself");
});

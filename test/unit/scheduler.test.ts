import t from "tap";
import { failuresOf, isHopeless, summarise } from "../../src/fleet/model/failures.ts";
import type { EngineId, HostId } from "../../src/fleet/model/ids.ts";
import { place } from "../../src/fleet/model/place.ts";
import { portKey } from "../../src/fleet/model/ports.ts";
import { type Asked, aHost, aRequest, aView, ports, seeded } from "./scheduler-fixtures.ts";

const full = { free: { cpuUnits: 0, memoryMiB: 0 } };
const zone = (name: string) => ({ "ecs.availability-zone": name });

const planOf = (asked: Asked, view: Parameters<typeof place>[1]) => place(aRequest(asked), view, seeded(1));
const hostsOf = (asked: Asked, view: Parameters<typeof place>[1]): string[] =>
  planOf(asked, view).placed.map(({ host }) => host);
const portsOf = (asked: Asked, view: Parameters<typeof place>[1]): string[][] =>
  planOf(asked, view).placed.map((placed) => placed.ports.map(portKey));
/** What each host lacked, for the first refused task. */
const lacksOf = (asked: Asked, view: Parameters<typeof place>[1]): string[] =>
  planOf(asked, view).refused[0]?.hosts.map(({ lacks }) => lacks.map(({ reason }) => reason).join()) ?? [];

t.test("a task goes only where CPU and memory are free, and the figures tell why not elsewhere", async (t) => {
  const view = aView([
    aHost("a", { ledger: { free: { cpuUnits: 100, memoryMiB: 1024 } } }),
    aHost("b", { ledger: { free: { cpuUnits: 2048, memoryMiB: 64 } } }),
    aHost("c"),
  ]);
  const [placed] = planOf({}, view).placed;
  t.equal(placed?.host, "c");
  t.match(placed?.explanation, {
    chosen: "c",
    hosts: [
      { host: "c", rank: 1, lacks: [], scores: ["spread instanceId: 0 tasks of group family:web"] },
      {
        host: "a",
        lacks: [{ reason: "RESOURCE:CPU", needed: 256, free: 100, declared: 2048 }],
        scores: [],
      },
      { host: "b", lacks: [{ reason: "RESOURCE:MEMORY", detail: "needs 128 MiB, 64 MiB free of 1024" }] },
    ],
  });
  t.notOk("rank" in placed!.explanation.hosts[1]!, "a host that was filtered out has no rank");
});

t.test("a host that lacks several things is told of all of them", async (t) => {
  t.same(
    lacksOf({ ports: ports("tcp/80:80") }, aView([aHost("a", { ledger: { ...full, ports: { "tcp/80": "x" } } })])),
    ["RESOURCE:CPU,RESOURCE:MEMORY,RESOURCE:PORTS"],
  );
});

t.test("a host that is draining, deregistered, disconnected or lost takes nothing", async (t) => {
  const view = aView([
    aHost("a", { state: "DRAINING" }),
    aHost("b", { state: "INACTIVE" }),
    aHost("c", { health: "DISCONNECTED" }),
    aHost("d", { health: "LOST" }),
  ]);
  t.same(lacksOf({}, view), ["INACTIVE", "INACTIVE", "AGENT", "AGENT"]);
});

t.test("tasks of one request see those placed before them, and what no longer fits is refused", async (t) => {
  const plan = planOf({ count: 10, cpuUnits: 1024 }, aView([aHost("a"), aHost("b")]));
  t.same(
    plan.placed.map(({ host }) => host),
    ["a", "b", "a", "b"],
  );
  t.equal(plan.refused.length, 6, "every task is placed or refused");
  t.match(plan.refused[5], { hosts: [{ lacks: [{ needed: 1024, free: 0 }] }, { lacks: [{ needed: 1024, free: 0 }] }] });
});

t.test("without a strategy tasks spread over instances, counting their own group only", async (t) => {
  const view = aView([
    aHost("a", { ledger: { groups: { "family:web": 1 } } }),
    aHost("b", { ledger: { groups: { "family:db": 5 } } }),
  ]);
  t.same(hostsOf({ count: 2 }, view), ["b", "a"]);
});

t.test("spread over an attribute counts the tasks of the group on all hosts of the value, full ones too", async (t) => {
  const view = aView([
    aHost("a1", { attributes: zone("east"), ledger: { ...full, groups: { "family:web": 2 } } }),
    aHost("a2", { attributes: zone("east") }),
    aHost("b1", { attributes: zone("west"), ledger: { groups: { "family:web": 1 } } }),
  ]);
  const strategies = [{ type: "spread", field: "attribute:ecs.availability-zone" }] as const;
  t.same(hostsOf({ strategies, count: 2 }, view), ["b1", "a2"]);
});

t.test("binpack takes the host on which least is left, among those that fit", async (t) => {
  const view = aView([
    aHost("a", { ledger: { free: { cpuUnits: 1024, memoryMiB: 512 } } }),
    aHost("b", { ledger: { free: { cpuUnits: 512, memoryMiB: 768 } } }),
    aHost("c", { ledger: { free: { cpuUnits: 128, memoryMiB: 128 } } }),
  ]);
  t.same(hostsOf({ strategies: [{ type: "binpack", field: "memory" }] }, view), ["a"]);
  t.same(hostsOf({ strategies: [{ type: "binpack", field: "cpu" }] }, view), ["b"]);
  t.match(planOf({ strategies: [{ type: "binpack", field: "cpu" }] }, view).placed[0]?.explanation.hosts, [
    { host: "b", rank: 1, scores: ["binpack cpu: 256 CPU units left"] },
    { host: "a", rank: 2, scores: ["binpack cpu: 768 CPU units left"] },
    { host: "c", lacks: [{ reason: "RESOURCE:CPU" }] },
  ]);
});

t.test("a later strategy decides only among equals of the earlier ones", async (t) => {
  const view = aView([
    aHost("a1", { attributes: zone("east"), ledger: { free: { cpuUnits: 300, memoryMiB: 300 } } }),
    aHost("b1", { attributes: zone("west"), ledger: { free: { cpuUnits: 900, memoryMiB: 900 } } }),
    aHost("b2", { attributes: zone("west"), ledger: { free: { cpuUnits: 600, memoryMiB: 600 } } }),
  ]);
  const spread = { type: "spread", field: "attribute:ecs.availability-zone" } as const;
  const binpack = { type: "binpack", field: "memory" } as const;
  t.same(hostsOf({ strategies: [spread, binpack], count: 3 }, view), ["a1", "b2", "b2"]);
  t.same(hostsOf({ strategies: [binpack, spread], count: 3 }, view), ["a1", "b2", "b2"]);
  t.same(hostsOf({ strategies: [spread, spread], count: 2 }, view), ["a1", "b1"], "equals of all are taken by id");
});

t.test("random follows the numbers it is given and nothing else", async (t) => {
  const view = aView([aHost("a"), aHost("b"), aHost("c")]);
  const numbers = [0.9, 0.1, 0.5, 0.2, 0.7, 0.3];
  const plan = place(aRequest({ count: 2, strategies: [{ type: "random" }] }), view, () => numbers.shift()!);
  t.same(
    plan.placed.map(({ host }) => host),
    ["b", "a"],
  );
});

t.test("distinctInstance allows one task of the group to a host, those of the same request included", async (t) => {
  const constraints = [{ type: "distinctInstance" }] as const;
  const view = aView([
    aHost("a"),
    aHost("b", { ledger: { groups: { "family:web": 1 } } }),
    aHost("c", { ledger: { groups: { "family:db": 1, "family:web": 0 } } }),
  ]);
  const plan = planOf({ constraints, count: 3 }, view);
  t.same(
    plan.placed.map(({ host }) => host),
    ["a", "c"],
  );
  t.same(lacksOf({ constraints, count: 3 }, view), ["DISTINCT_INSTANCE", "DISTINCT_INSTANCE", "DISTINCT_INSTANCE"]);
  t.match(failuresOf(plan.refused[0]!)[0], {
    host: "a",
    reason: "DistinctInstance placement constraint unsatisfied.",
    detail: "a has no place for this task now: already has 1 task of group family:web",
  });
});

t.test(
  "memberOf binds: tasks stay off hosts that the expression does not select, all expressions together",
  async (t) => {
    const view = aView([aHost("a", { attributes: { disk: "ssd" } }), aHost("b", { attributes: { disk: "hdd" } })]);
    const memberOf = (expression: string) => ({ type: "memberOf", expression }) as const;
    t.same(hostsOf({ constraints: [memberOf("attribute:disk == hdd")], count: 2 }, view), ["b", "b"]);
    const both = [memberOf("attribute:disk == hdd"), memberOf("attribute:disk == ssd")];
    t.same(lacksOf({ constraints: both }, view), ["MEMBER_OF", "MEMBER_OF"]);
    t.match(failuresOf(planOf({ constraints: both }, view).refused[0]!), [
      { reason: "MemberOf placement constraint unsatisfied.", detail: /a .*: does not match attribute:disk == hdd/ },
      { host: "b", detail: /does not match attribute:disk == ssd/ },
    ]);
    const apart = [memberOf("not(task:group == family:web)")];
    t.same(hostsOf({ constraints: apart, count: 3 }, view), ["a", "b"], "it sees the tasks placed just before");
  },
);

t.test("an expression that does not parse refuses every host, says why, and throws nothing", async (t) => {
  const { refused } = planOf({ constraints: [{ type: "memberOf", expression: "attribute:" }] }, aView([aHost("a")]));
  t.match(refused[0]?.hosts[0]?.lacks, [
    { reason: "MEMBER_OF", detail: /does not parse: expected an attribute's name/ },
  ]);
});

t.test("required attributes are those a host bears, with the value where one is named", async (t) => {
  const view = aView([
    aHost("a", { attributes: { gpu: "none" } }),
    aHost("b", { attributes: { gpu: "a10" } }),
    aHost("c"),
  ]);
  t.same(hostsOf({ requiredAttributes: [{ name: "gpu" }], count: 2 }, view), ["a", "b"]);
  t.same(hostsOf({ requiredAttributes: [{ name: "gpu", value: "a10" }] }, view), ["b"]);
  t.same(lacksOf({ requiredAttributes: [{ name: "constructor" }] }, view), ["ATTRIBUTE", "ATTRIBUTE", "ATTRIBUTE"]);
});

t.test("StartTask puts one task on each named host, in turn, and explains each host that refused", async (t) => {
  const view = aView([aHost("a"), aHost("b", { ledger: full }), aHost("c")]);
  const onHosts = ["c", "b", "a", "gone", "c"] as HostId[];
  const plan = planOf({ onHosts, cpuUnits: 1500 }, view);
  t.same(
    plan.placed.map(({ host }) => host),
    ["c", "a"],
  );
  t.same(plan.placed[0]?.explanation.hosts, [{ host: "c", rank: 1, lacks: [], scores: ["named by the caller"] }]);
  t.match(plan.refused.flatMap(failuresOf), [
    { host: "b", reason: "RESOURCE:CPU" },
    { host: "gone", reason: "INACTIVE" },
    { host: "c", reason: "RESOURCE:CPU", detail: /needs 1500 CPU units, 548 CPU units free of 2048/ },
  ]);
});

t.test("a host port is taken once on a host; protocols do not meet", async (t) => {
  const view = aView([aHost("a", { ledger: { ports: { "tcp/8080": "t-1" } } }), aHost("b")]);
  t.same(hostsOf({ ports: ports("tcp/80:8080"), count: 2 }, view), ["b"]);
  t.same(portsOf({ ports: ports("udp/80:8080", "tcp/81:8081") }, view), [["udp/8080", "tcp/8081"]]);
  const { refused } = planOf({ ports: ports("tcp/80:8080"), count: 2 }, view);
  t.match(failuresOf(refused[0]!), [
    { host: "a", reason: "RESOURCE:PORTS", detail: /port tcp\/8080 is held by t-1/ },
    { host: "b", reason: "RESOURCE:PORTS", detail: /held by another task of the same request/ },
  ]);
});

t.test("slices of one engine have their own published ports, and share those of network mode host", async (t) => {
  const engineId = "engine" as EngineId;
  const slice = (id: string, publishAddress: string, held: Record<string, string> = {}) =>
    aHost(id, { engineId, publishAddress, ledger: { ports: held } });
  const one = slice("a", "127.0.1.1", { "tcp/80": "t-1" });
  const two = slice("b", "127.0.1.2");
  t.same(hostsOf({ ports: ports("tcp/80:80") }, aView([one, two])), ["b"], "another address, another port 80");
  const host = { networkMode: "host", ports: ports("tcp/80") } as const;
  t.same(lacksOf(host, aView([one, two])), ["RESOURCE:PORTS", "RESOURCE:PORTS"], "network mode host meets any slice's");
  t.same(lacksOf(host, aView([two], { neighbours: [one] })), ["RESOURCE:PORTS"], "…of other clusters too");
  const bridge = { ports: ports("tcp/80:443") };
  const held = aView([two], { enginePorts: { [engineId]: { "tcp/443": "t-2" } } });
  t.same(lacksOf(bridge, held), ["RESOURCE:PORTS"], "…and is met by them");
  t.same(
    lacksOf({ ports: ports("tcp/80:80") }, aView([slice("c", "127.0.1.1")], { neighbours: [one] })),
    ["RESOURCE:PORTS"],
    "slices with one address share its ports",
  );
  t.same(
    lacksOf({ ports: ports("tcp/80:80") }, aView([slice("c", "0.0.0.0")], { neighbours: [one] })),
    ["RESOURCE:PORTS"],
    "all addresses are that address too",
  );
});

t.test(
  "in network mode host one request cannot place two tasks with one port on an engine, on two it can",
  async (t) => {
    const asked = { networkMode: "host", ports: ports("tcp/80"), count: 2 } as const;
    const engineId = "engine" as EngineId;
    const slices = [aHost("a", { engineId }), aHost("b", { engineId, publishAddress: "127.0.1.2" })];
    t.same(hostsOf(asked, aView(slices)), ["a"]);
    t.same(hostsOf(asked, aView([aHost("a"), aHost("b")])), ["a", "b"]);
    t.match(planOf(asked, aView(slices)).placed[0]?.ports, [{ space: "engine", hostPort: 80, containerPort: 80 }]);
  },
);

t.test("port 0 gets a free port of the dynamic range, never one held or asked for by number", async (t) => {
  const all = Object.fromEntries(Array.from({ length: 28_232 }, (_, index) => [`tcp/${32_768 + index}`, "t-1"]));
  const { "tcp/40000": _one, "tcp/50000": _other, ...nearlyAll } = all;
  const view = aView([aHost("a", { ledger: { ports: nearlyAll } })]);
  t.same(
    portsOf({ ports: ports("tcp/80", "tcp/81") }, view).map((list) => list.sort()),
    [["tcp/40000", "tcp/50000"]],
  );
  t.same(portsOf({ ports: ports("tcp/80", "tcp/81:40000") }, view), [["tcp/50000", "tcp/40000"]]);
  t.same(lacksOf({ ports: ports("tcp/80", "tcp/81:40000", "tcp/82") }, view), ["RESOURCE:PORTS"]);
  t.match(planOf({ ports: ports("tcp/80", "tcp/81", "tcp/82") }, view).refused[0]?.hosts[0]?.lacks, [
    { detail: "needs 3 free tcp ports, has 2" },
  ]);
  t.equal(planOf({ ports: ports("udp/80", "udp/81", "udp/82") }, view).placed.length, 1, "udp has its own");
});

t.test("a task without a network holds no port", async (t) => {
  const view = aView([aHost("a", { ledger: { ports: { "tcp/80": "t-1" } } })]);
  t.same(portsOf({ networkMode: "none", ports: ports("tcp/80:80") }, view), [[]]);
});

t.test("a port asked for twice by one task fits no host, and never will", async (t) => {
  const { refused } = planOf({ ports: ports("tcp/80:8080", "tcp/81:8080") }, aView([aHost("a")]));
  t.ok(isHopeless(refused[0]!));
  t.match(failuresOf(refused[0]!)[0]?.detail, /could never hold this task: the task asks for tcp\/8080 more than once/);
});

t.test("a task that no host could ever hold is refused in other words than one that does not fit now", async (t) => {
  const view = aView([
    aHost("a", { ledger: full }),
    aHost("b", { ledger: { free: { cpuUnits: 2048, memoryMiB: 300 } } }),
    aHost("c", { health: "LOST" }),
  ]);
  const never = planOf({ memoryMiB: 4096 }, view).refused[0]!;
  const notNow = planOf({ memoryMiB: 512 }, view).refused[0]!;
  t.ok(isHopeless(never));
  t.notOk(isHopeless(notNow));
  t.equal(
    summarise(never),
    "No host of this cluster could ever hold this task: 3 of 3 with too little memory (needs 4096 MiB, the whole host has 1024).",
  );
  t.equal(
    summarise(notNow),
    "No host has a place for this task now: 1 of 3 with too little CPU (needs 256 CPU units, 0 CPU units free of 2048), " +
      "1 of 3 with too little memory (needs 512 MiB, 300 MiB free of 1024), 1 of 3 with no connection to the engine (its engine is LOST).",
  );
  t.match(failuresOf(never)[2], {
    reason: "RESOURCE:MEMORY",
    detail: /c could never hold .*its engine is LOST; needs 4096/,
  });
  t.match(failuresOf(notNow)[1], {
    reason: "RESOURCE:MEMORY",
    detail: "b has no place for this task now: needs 512 MiB, 300 MiB free of 1024",
  });
  t.match(failuresOf(notNow)[2], { reason: "AGENT" });
});

t.test("one host that could hold a task when it is empty is hope enough", async (t) => {
  const view = aView([aHost("a", { declared: { cpuUnits: 128, memoryMiB: 1024 } }), aHost("b", { ledger: full })]);
  const refused = planOf({}, view).refused[0]!;
  t.notOk(isHopeless(refused));
  t.match(summarise(refused), /^No host has a place for this task now: /);
  t.match(failuresOf(refused), [
    { detail: /^a could never hold this task: needs 256/ },
    { detail: /^b has no place .* now/ },
  ]);
});

t.test("a cluster without hosts refuses, and says so", async (t) => {
  const { placed, refused } = planOf({ count: 2 }, aView([]));
  t.equal(placed.length, 0);
  t.equal(refused.length, 2);
  t.equal(summarise(refused[0]!), "The cluster has no hosts.");
  t.notOk(isHopeless(refused[0]!), "a host may come");
});

t.test("a group may be named like a member that every object has", async (t) => {
  for (const group of ["constructor", "__proto__"]) {
    const constraints = [{ type: "distinctInstance" }] as const;
    t.same(hostsOf({ group, constraints, count: 2 }, aView([aHost("a")])), ["a"], group);
  }
});

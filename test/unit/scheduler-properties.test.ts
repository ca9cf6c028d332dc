import fc from "fast-check";
import t from "tap";
import type { ClusterView } from "../../src/fleet/model/cluster-view.ts";
import type { HostView } from "../../src/fleet/model/host.ts";
import type { EngineId } from "../../src/fleet/model/ids.ts";
import { place } from "../../src/fleet/model/place.ts";
import type { PlacementConstraint, PlacementPlan, PlacementStrategy } from "../../src/fleet/model/placement.ts";
import { type PortClaim, portKey } from "../../src/fleet/model/ports.ts";
import { matchesQuery } from "../../src/fleet/model/query/evaluate.ts";
import { parseQuery } from "../../src/fleet/model/query/parse.ts";
import { type Asked, aHost, aRequest, aView, seeded } from "./scheduler-fixtures.ts";

// Small numbers on purpose: hosts fill up, ports meet and groups repeat.
const anyHost = (index: number): fc.Arbitrary<HostView> =>
  fc
    .record({
      declared: fc.record({ cpuUnits: fc.integer({ min: 3, max: 12 }), memoryMiB: fc.integer({ min: 3, max: 12 }) }),
      used: fc.record({ cpuUnits: fc.nat(4), memoryMiB: fc.nat(4) }),
      zone: fc.constantFrom("east", "west", undefined),
      engine: fc.constantFrom("e1", "e2"),
      address: fc.constantFrom("127.0.1.1", "127.0.1.2", "0.0.0.0"),
      held: fc.subarray(["tcp/1", "tcp/2", "udp/1"]),
      group: fc.constantFrom("web", "db"),
      tasks: fc.nat(2),
      state: fc.constantFrom("ACTIVE" as const, "ACTIVE" as const, "ACTIVE" as const, "DRAINING" as const),
      health: fc.constantFrom("CONNECTED" as const, "CONNECTED" as const, "CONNECTED" as const, "LOST" as const),
    })
    .map(({ declared, used, zone, engine, address, held, group, tasks, state, health }) =>
      aHost(`h${index}`, {
        declared,
        engineId: engine as EngineId,
        publishAddress: address,
        attributes: zone === undefined ? {} : { zone },
        state,
        health,
        ledger: {
          free: {
            cpuUnits: Math.max(0, declared.cpuUnits - used.cpuUnits),
            memoryMiB: Math.max(0, declared.memoryMiB - used.memoryMiB),
          },
          ports: Object.fromEntries(held.map((key) => [key, "t-0"])),
          groups: { [group]: tasks },
          runningTasks: tasks,
        },
      }),
    );

const anyView: fc.Arbitrary<ClusterView> = fc
  .record({
    hosts: fc.nat(6).chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => anyHost(index)))),
    neighbours: fc.array(anyHost(99), { minLength: 1, maxLength: 1 }),
    onEngine: fc.subarray(["tcp/2", "udp/1"]),
  })
  .map(({ hosts, neighbours, onEngine }) =>
    aView(hosts, {
      neighbours,
      enginePorts: { ["e1" as EngineId]: Object.fromEntries(onEngine.map((key) => [key, "t-9"])) },
    }),
  );

const anyStrategies = fc.array(
  fc.constantFrom<PlacementStrategy>(
    { type: "random" },
    { type: "binpack", field: "cpu" },
    { type: "binpack", field: "memory" },
    { type: "spread", field: "instanceId" },
    { type: "spread", field: "attribute:zone" },
  ),
  { maxLength: 3 },
);

const anyAsked: fc.Arbitrary<Asked & Required<Pick<Asked, "cpuUnits" | "memoryMiB" | "count">>> = fc.record({
  count: fc.integer({ min: 1, max: 10 }),
  cpuUnits: fc.nat(4),
  memoryMiB: fc.nat(4),
  group: fc.constantFrom("web", "db"),
  networkMode: fc.constantFrom("bridge" as const, "host" as const),
  ports: fc.array(
    fc.record({
      protocol: fc.constantFrom("tcp" as const, "udp" as const),
      containerPort: fc.integer({ min: 1, max: 3 }),
      hostPort: fc.nat(3),
    }),
    { maxLength: 2 },
  ),
  constraints: fc.subarray<PlacementConstraint>([
    { type: "distinctInstance" },
    { type: "memberOf", expression: "attribute:zone == east or runningTasksCount == 0" },
  ]),
  strategies: anyStrategies,
});

/** Every address on which a claim listens on its engine: a plain reading of who meets whom. */
const meets = (aAddress: string, bAddress: string): boolean =>
  aAddress === bAddress || aAddress === "0.0.0.0" || bAddress === "0.0.0.0";

interface Listening {
  readonly engine: string;
  readonly address: string;
  readonly key: string;
}

const listeningBefore = ({ hosts, neighbours, enginePorts }: ClusterView): Listening[] => [
  ...[...hosts, ...neighbours].flatMap(({ engineId, publishAddress, ledger }) =>
    Object.keys(ledger.ports).map((key) => ({ engine: engineId, address: publishAddress, key })),
  ),
  ...Object.entries(enginePorts).flatMap(([engine, held]) =>
    Object.keys(held ?? {}).map((key) => ({ engine, address: "0.0.0.0", key })),
  ),
];

const listens = (host: HostView, claim: PortClaim): Listening => ({
  engine: host.engineId,
  address: claim.space === "engine" ? "0.0.0.0" : host.publishAddress,
  key: portKey(claim),
});

const isFree = (listening: readonly Listening[], one: Listening): boolean =>
  !listening.some((other) => other.engine === one.engine && other.key === one.key && meets(other.address, one.address));

/** The account of a cluster kept by a plain reading of the rules, task after task. */
const replay = (view: ClusterView, asked: Asked, plan: PlacementPlan) => {
  const free = new Map(view.hosts.map(({ id, ledger }) => [id, { ...ledger.free }]));
  const tasks = new Map(view.hosts.map(({ id, ledger }) => [id, ledger.groups[asked.group ?? ""] ?? 0]));
  const listening = listeningBefore(view);
  const faults: string[] = [];
  const canHold = (host: HostView): boolean => {
    const left = free.get(host.id)!;
    const wants = (asked.ports ?? []).map((port) => ({
      ...port,
      hostPort: asked.networkMode === "host" ? port.containerPort : port.hostPort,
    }));
    const fixed = wants
      .filter(({ hostPort }) => hostPort !== 0)
      .map((port) =>
        listens(host, { ...port, container: "app", space: asked.networkMode === "host" ? "engine" : "host" }),
      );
    return (
      host.state === "ACTIVE" &&
      host.health === "CONNECTED" &&
      (asked.cpuUnits ?? 0) <= left.cpuUnits &&
      (asked.memoryMiB ?? 0) <= left.memoryMiB &&
      new Set(fixed.map(({ key }) => key)).size === fixed.length &&
      fixed.every((one) => isFree(listening, one)) &&
      (asked.constraints ?? []).every((constraint) => {
        if (constraint.type === "distinctInstance") return tasks.get(host.id) === 0;
        const parsed = parseQuery(constraint.expression);
        return parsed.ok && matchesQuery(parsed.query, host);
      })
    );
  };
  for (const { host: id, ports } of plan.placed) {
    const host = view.hosts.find((one) => one.id === id)!;
    if (!canHold(host)) faults.push(`${id} could not hold a task that was placed on it`);
    for (const claim of ports) {
      const one = listens(host, claim);
      if (!isFree(listening, one)) faults.push(`${id}: ${one.key} was taken`);
      listening.push(one);
    }
    const left = free.get(id)!;
    left.cpuUnits -= asked.cpuUnits ?? 0;
    left.memoryMiB -= asked.memoryMiB ?? 0;
    tasks.set(id, tasks.get(id)! + 1);
  }
  return { free, tasks, faults, canHold };
};

const planFor = (asked: Asked, view: ClusterView, seed = 1): PlacementPlan =>
  place(aRequest(asked), view, seeded(seed));

t.test("CPU, memory and ports are never given twice, and constraints always hold", async (t) => {
  fc.assert(
    fc.property(anyAsked, anyView, (asked, view) => {
      const { faults, free } = replay(view, asked, planFor(asked, view));
      const overcommitted = [...free.values()].some(({ cpuUnits, memoryMiB }) => cpuUnits < 0 || memoryMiB < 0);
      return faults.length === 0 && !overcommitted;
    }),
    { numRuns: 1500 },
  );
  t.pass();
});

t.test(
  "a refused task fits nowhere, and each host says why; a placed one has every host ranked or explained",
  async (t) => {
    let refusals = 0;
    fc.assert(
      fc.property(anyAsked, anyView, (asked, view) => {
        const plan = planFor(asked, view);
        const { canHold } = replay(view, asked, plan);
        refusals += plan.refused.length;
        const all = [...plan.placed.map(({ explanation }) => explanation), ...plan.refused];
        return (
          plan.placed.length + plan.refused.length === asked.count &&
          (plan.refused.length === 0 || !view.hosts.some(canHold)) &&
          plan.refused.every(({ hosts }) => hosts.every(({ lacks, rank }) => lacks.length > 0 && rank === undefined)) &&
          all.every(({ hosts }) => hosts.length === view.hosts.length) &&
          all.every(({ hosts }) => hosts.every(({ lacks, rank }) => (rank === undefined) === lacks.length > 0))
        );
      }),
      { numRuns: 1500 },
    );
    t.ok(refusals > 100, `enough tasks were refused to tell: ${refusals}`);
  },
);

t.test("the same view and the same numbers give the same plan, and neither is changed", async (t) => {
  fc.assert(
    fc.property(anyAsked, anyView, fc.nat(), (asked, view, seed) => {
      const before = JSON.stringify(view);
      const [one, other] = [planFor(asked, view, seed), planFor(asked, view, seed)];
      return JSON.stringify(one) === JSON.stringify(other) && JSON.stringify(view) === before;
    }),
  );
  t.pass();
});

t.test("the order in which hosts are listed changes nothing where no strategy is random", async (t) => {
  fc.assert(
    fc.property(anyAsked, anyView, (asked, view) => {
      const steady = { ...asked, strategies: asked.strategies?.filter(({ type }) => type !== "random") ?? [] };
      const turned = { ...view, hosts: [...view.hosts].reverse() };
      const [one, other] = [view, turned].map((hosts) =>
        planFor(steady, hosts)
          .placed.map(({ host }) => host)
          .join(),
      );
      return one === other;
    }),
  );
  t.pass();
});

t.test(
  "spread keeps hosts, and values of an attribute, within one task of each other while there is room",
  async (t) => {
    const roomy = fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 6 }).map((numbers) =>
      numbers.map((number) =>
        aHost(`h${number}`, {
          attributes: { zone: number % 2 ? "east" : "west" },
          declared: { cpuUnits: 100, memoryMiB: 100 },
        }),
      ),
    );
    const isEven = (counts: readonly number[]): boolean => Math.max(...counts) - Math.min(...counts) <= 1;
    fc.assert(
      fc.property(roomy, fc.integer({ min: 1, max: 10 }), (hosts, count) => {
        const zone = { type: "spread", field: "attribute:zone" } as const;
        const instance = { type: "spread", field: "instanceId" } as const;
        const placedBy = (strategies: readonly PlacementStrategy[]) =>
          planFor({ strategies, count, cpuUnits: 1, memoryMiB: 1 }, aView(hosts)).placed.map(({ host }) => host);
        const perHost = placedBy([instance]);
        const byZone = placedBy([zone, instance]);
        const zones = [...new Set(hosts.map(({ attributes }) => attributes.zone))];
        const inZone = (name: string | undefined) =>
          hosts.filter(({ attributes }) => attributes.zone === name).map(({ id }) => id);
        const tasksOn = (placed: readonly string[], id: string) => placed.filter((one) => one === id).length;
        return (
          isEven(hosts.map(({ id }) => tasksOn(perHost, id))) &&
          isEven(zones.map((name) => byZone.filter((id) => inZone(name).includes(id)).length)) &&
          zones.every((name) => isEven(inZone(name).map((id) => tasksOn(byZone, id))))
        );
      }),
    );
    t.pass();
  },
);

t.test("binpack chooses, of the hosts that fit, one on which the least is left", async (t) => {
  fc.assert(
    fc.property(anyAsked, anyView, fc.constantFrom("cpu" as const, "memory" as const), (asked, view, field) => {
      const one = { ...asked, count: 1, strategies: [{ type: "binpack", field }] as const };
      const plan = planFor(one, view);
      const { canHold } = replay(view, one, { placed: [], refused: [] });
      const left = ({ ledger }: HostView): number => ledger.free[field === "cpu" ? "cpuUnits" : "memoryMiB"];
      const least = Math.min(...view.hosts.filter(canHold).map(left));
      return plan.placed.every(({ host }) => left(view.hosts.find(({ id }) => id === host)!) === least);
    }),
    { numRuns: 500 },
  );
  t.pass();
});

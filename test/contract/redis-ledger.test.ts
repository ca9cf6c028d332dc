import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import t from "tap";
import { hostStore } from "../../src/adapters/redis/host-store.ts";
import { ledgerDifferences } from "../../src/adapters/redis/ledger-check.ts";
import type { RedisStore } from "../../src/adapters/redis/store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import type { HostLedger } from "../../src/fleet/model/host.ts";
import type { EngineId } from "../../src/fleet/model/ids.ts";
import type { PortClaim } from "../../src/fleet/model/ports.ts";
import type { Task, TaskStatus } from "../../src/fleet/model/task.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aFleet, aHost, aPlan, aPort, aTask, hostId, place, seen } from "./redis-fixtures.ts";

const server = await aRedis(t);

const HOSTS = ["h1", "h2"] as const;
const ENGINE = "engine-1" as EngineId;
type HostName = (typeof HOSTS)[number];

/** The plain model: what was placed, and what became of it. Accounts are worked out anew from it each time. */
interface Model {
  readonly cpu: Record<HostName, number>;
  readonly tasks: Map<string, { task: Task; status: TaskStatus; desired: boolean }>;
}

const held = (model: Model, host: HostName) =>
  [...model.tasks.values()].filter(({ task, status }) => task.host === host && status !== "STOPPED");

const modelLedger = (model: Model, host: HostName): HostLedger => {
  const tasks = held(model, host);
  const groups: Record<string, number> = {};
  for (const { task } of tasks.filter(({ desired }) => desired)) groups[task.group] = (groups[task.group] ?? 0) + 1;
  const sum = (of: (task: Task) => number) => tasks.reduce((total, { task }) => total + of(task), 0);
  return {
    free: {
      cpuUnits: model.cpu[host] - sum(({ spec }) => spec.reserve.cpuUnits),
      memoryMiB: 1024 - sum(({ spec }) => spec.reserve.memoryMiB),
    },
    ports: Object.fromEntries(
      tasks.flatMap(({ task }) =>
        task.ports.filter(({ space }) => space === "host").map(({ hostPort }) => [`tcp/${hostPort}`, task.id]),
      ),
    ),
    groups,
    runningTasks: tasks.filter(({ status }) => status === "RUNNING").length,
    pendingTasks: tasks.filter(({ status }) => status === "PENDING").length,
  };
};

const isInTheWay = (model: Model, placed: Task, claim: PortClaim) =>
  HOSTS.flatMap((host) => held(model, host)).some(({ task }) =>
    task.ports.some(
      ({ hostPort, space }) =>
        hostPort === claim.hostPort && (space === "engine" || claim.space === "engine" || task.host === placed.host),
    ),
  );

const holdsAddress = (model: Model, address: string | undefined): boolean =>
  address !== undefined &&
  HOSTS.some((host) => held(model, host).some(({ task }) => task.network?.address === address));

const fits = (model: Model, task: Task, groupLimit: number | undefined): boolean => {
  const { free, groups } = modelLedger(model, task.host as string as HostName);
  return (
    free.cpuUnits >= task.spec.reserve.cpuUnits &&
    free.memoryMiB >= task.spec.reserve.memoryMiB &&
    (groupLimit === undefined || (groups[task.group] ?? 0) < groupLimit) &&
    !task.ports.some((claim) => isInTheWay(model, task, claim)) &&
    !holdsAddress(model, task.network?.address)
  );
};

type Command = fc.AsyncCommand<Model, RedisStore>;

const command = (name: string, run: (model: Model, store: RedisStore) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

/** The n-th task of the model, counted round. */
const nth = (model: Model, n: number) => [...model.tasks.values()][n % Math.max(model.tasks.size, 1)];

const placing = fc
  .record({
    host: fc.constantFrom(...HOSTS),
    cpuUnits: fc.constantFrom(0, 100, 300, 700),
    memoryMiB: fc.constantFrom(50, 400),
    group: fc.constantFrom("a", "b"),
    port: fc.option(fc.constantFrom(80, 81), { nil: undefined }),
    space: fc.constantFrom<PortClaim["space"]>("host", "host", "engine"),
    groupLimit: fc.option(fc.constant(1), { nil: undefined }),
    address: fc.option(fc.constantFrom("10.42.7.130", "10.42.7.131"), { nil: undefined }),
  })
  .map(({ host, port, space, groupLimit, address, ...members }) =>
    command(
      `place on ${host} ${JSON.stringify({ port, space, groupLimit, address, ...members })}`,
      async (model, store) => {
        const ports = port === undefined ? [] : [aPort(port, space)];
        const network = address === undefined ? {} : { network: { address, subnet: "10.42.7.0/24", zone: "a" } };
        const task = aTask(`t${model.tasks.size}`, { ...members, host: hostId(host), ports, ...network });
        const expected = fits(model, task, groupLimit) ? "committed" : "stale";
        const outcome = await taskStore(store).commit(aPlan([task], groupLimit === undefined ? {} : { groupLimit }));
        if (outcome.type !== expected) throw new Error(`the model says ${expected}, Redis ${outcome.type}`);
        if (expected === "committed") model.tasks.set(task.id, { task, status: "PENDING", desired: true });
      },
    ),
  );

const ALLOWED: Partial<Record<TaskStatus, readonly TaskStatus[]>> = {
  PENDING: ["PENDING", "RUNNING", "STOPPING", "STOPPED"],
  RUNNING: ["RUNNING", "STOPPING", "STOPPED"],
  STOPPING: ["STOPPING", "STOPPED"],
};

const observing = fc
  .tuple(fc.nat(20), fc.constantFrom<TaskStatus>("PENDING", "RUNNING", "RUNNING", "STOPPING", "STOPPED", "STOPPED"))
  .map(([n, status]) =>
    command(`see task ${n} ${status}`, async (model, store) => {
      const entry = nth(model, n);
      if (!entry) return;
      const expected = ALLOWED[entry.status]?.includes(status) ?? false;
      const done = await taskStore(store).observe(entry.task.id, 1, seen(status), model.tasks.size);
      if (done !== expected) throw new Error(`${entry.status} to ${status}: the model says ${expected}, Redis ${done}`);
      if (done) Object.assign(entry, { status, desired: entry.desired && status !== "STOPPED" });
    }),
  );

const stopping = fc.nat(20).map((n) =>
  command(`stop task ${n}`, async (model, store) => {
    const entry = nth(model, n);
    if (!entry) return;
    await taskStore(store).requestStop(entry.task.id, { code: "UserInitiated", reason: "", at: 1 });
    entry.desired = false;
  }),
);

const forgetting = fc.constant(
  command("forget", async (_model, store) => {
    await taskStore(store).forgetStoppedBefore(1_000, 2);
  }),
);

const resizing = fc.tuple(fc.constantFrom(...HOSTS), fc.constantFrom(512, 1024, 2048)).map(([host, cpuUnits]) =>
  command(`declare ${host} with ${cpuUnits}`, async (model, store) => {
    await hostStore(store).register(aHost(host, { declared: { cpuUnits, memoryMiB: 1024 } }), 1);
    model.cpu[host] = cpuUnits;
  }),
);

/** After every command the accounts are the model's, and the check finds nothing. */
const thenCompare = (commands: fc.Arbitrary<Command>): fc.Arbitrary<Command> =>
  commands.map((one) => ({
    check: one.check,
    toString: () => one.toString(),
    async run(model, store) {
      await one.run(model, store);
      const views = await hostStore(store).get(HOSTS.map(hostId));
      for (const [i, host] of HOSTS.entries()) {
        const [is, should] = [views[i]!.ledger, modelLedger(model, host)];
        if (!isDeepStrictEqual(is, should)) {
          throw new Error(`${host} has ${JSON.stringify(is)}, the model ${JSON.stringify(should)}`);
        }
      }
      const addresses = await hostStore(store).engineAddresses([ENGINE]);
      const holding = HOSTS.flatMap((host) => held(model, host)).flatMap(({ task: { id, network } }) =>
        network ? [[network.address, id]] : [],
      );
      if (!isDeepStrictEqual(addresses[ENGINE], Object.fromEntries(holding)))
        throw new Error(`held are ${JSON.stringify(addresses)}, the model says ${JSON.stringify(holding)}`);
      const differences = await ledgerDifferences(store);
      if (differences.length > 0) throw new Error(`the check found ${JSON.stringify(differences)}`);
    },
  }));

t.test("no history of placing, observing, stopping, forgetting and resizing makes an account drift", async (t) => {
  const store = await aStore(t, server);
  const commands = fc.commands(
    [placing, placing, observing, observing, stopping, forgetting, resizing].map(thenCompare),
    {
      maxCommands: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (history) => {
      await store.redis.flushall();
      await aFleet(store, ...HOSTS.map((host) => aHost(host)));
      await fc.asyncModelRun(
        () => ({ model: { cpu: { h1: 1024, h2: 1024 }, tasks: new Map() }, real: store }),
        history,
      );
    }),
    { numRuns: 60 },
  );
  t.pass("every history agreed with the model");
});

t.test("the check names the account, the entry and both figures", async (t) => {
  const store = await aStore(t, server);
  const { tasks } = await aFleet(store, aHost("h1"));
  const network = { address: "10.42.7.130", subnet: "10.42.7.0/24", zone: "a" };
  await place(tasks, aTask("a", { ports: [aPort(80), aPort(81, "engine")] }), aTask("b", { network }));
  t.strictSame(await ledgerDifferences(store), []);
  await store.redis.hincrby("berth:host:h1", "freeCpu", 5);
  await store.redis.hset("berth:engine-ports:engine-1", "tcp/99", "ghost");
  await store.redis.hdel("berth:host-ports:h1", "tcp/80");
  await store.redis.hdel("berth:engine-addresses:engine-1", "10.42.7.130");
  await store.redis.srem("berth:host-tasks:h1", "b");
  const found = await ledgerDifferences(store);
  t.strictSame(
    found.map(({ account, entry, found, tasks }) => `${account}: ${entry} ${found}, not ${tasks}`),
    [
      "h1: free cpuUnits 773, not 768",
      "h1: looked at b 0, not 1",
      "h1: port tcp/80 nothing, not a",
      "engine-1: port tcp/99 ghost, not nothing",
      "engine-1: address 10.42.7.130 nothing, not b",
    ],
  );
});

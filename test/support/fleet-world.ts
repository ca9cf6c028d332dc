import type { Test } from "tap";
import { outOfReachCgroups } from "../../src/adapters/cgroups/out-of-reach.ts";
import { changeFeed } from "../../src/adapters/redis/change-feed.ts";
import { changeListeners } from "../../src/adapters/redis/change-listeners.ts";
import { openRedis } from "../../src/adapters/redis/connect.ts";
import { placeOf } from "../../src/adapters/redis/feed-entry.ts";
import { hostStore } from "../../src/adapters/redis/host-store.ts";
import { KEYS } from "../../src/adapters/redis/keys.ts";
import { leaseStore } from "../../src/adapters/redis/lease-store.ts";
import { ledgerDifferences } from "../../src/adapters/redis/ledger-check.ts";
import { redisStore } from "../../src/adapters/redis/store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import { scriptedBehaviour } from "../../src/adapters/simulated/behaviour.ts";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import { type SimulatedEngine, simulatedEngine } from "../../src/adapters/simulated/engine.ts";
import { createFleet } from "../../src/fleet/control/create-fleet.ts";
import type { FleetDeps, FleetTimes } from "../../src/fleet/control/deps.ts";
import { ownHosts } from "../../src/fleet/control/host-owner.ts";
import { hostRun } from "../../src/fleet/control/host-run.ts";
import { progressBoard } from "../../src/fleet/control/progress-board.ts";
import type { Host } from "../../src/fleet/model/host.ts";
import type { HostId, TaskId } from "../../src/fleet/model/ids.ts";
import { LABEL } from "../../src/fleet/model/names.ts";
import { PAUSE } from "../../src/fleet/model/pause.ts";
import type { Task } from "../../src/fleet/model/task.ts";
import type { ContainerSpec, TaskSpec } from "../../src/fleet/model/task-spec.ts";
import type { ContainerEngines } from "../../src/fleet/ports.ts";
import { type Log, NO_LOG } from "../../src/kernel/log.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import { aContainer, aHost, aRequest, CLUSTER } from "../unit/scheduler-fixtures.ts";
import { memoryLogs } from "./memory-logs.ts";
import { noDoors } from "./no-doors.ts";
import { noLookups } from "./no-lookups.ts";
import { noOutputStreams } from "./no-output-streams.ts";
import { noOwnImages } from "./no-own-images.ts";
import type { TestRedis } from "./redis.ts";
import { simulatedLeases } from "./simulated-leases.ts";
import { simulatedProcess } from "./simulated-process.ts";

export const IMAGE = "app:1";
const TIMES: FleetTimes = {
  leaseMs: 5_000,
  renewMs: 1_000,
  pingMs: 2_000,
  hostLostAfterMs: 10_000,
  sweepMs: 30_000,
  keepContainersMs: 10_000,
  keepRecordsMs: 3_600_000,
};
/** Time passes in steps of this, and after each all that it woke comes to rest. */
const STEP_MS = 500;
const PATIENCE_MS = 20_000;

const LOUD: Log = {
  ...NO_LOG,
  info: (facts, words) => console.error(words, facts),
  warn: (facts, words) => console.error(words, facts),
  error: (facts, words) => console.error(words, facts),
};

/** A control plane's owning loops in a process of their own. */
export interface Owner {
  readonly name: string;
  readonly process: ReturnType<typeof simulatedProcess>;
  /** Ends it in good order. */
  close(): Promise<void>;
}

type SomeContainer = Partial<ContainerSpec> & { readonly name?: string };

/** The fleet's loops over simulated engines, the real Redis and a clock that only the test moves. */
export const aFleetWorld = async (
  t: Test,
  { socket }: TestRedis,
  { hosts: names = ["h1"], times = {} }: { hosts?: readonly string[]; times?: Partial<FleetTimes> } = {},
) => {
  const clock = movableClock();
  const { redis, close } = await openRedis({ socket }, "test");
  await redis.flushall();
  const store = redisStore(redis, clock);
  const feed = changeFeed(store);
  const listeners = await changeListeners(feed, (error) => t.error(error as Error));
  const log = process.env.BERTH_TEST_LOG ? LOUD : NO_LOG;

  let underWay = 0;
  let told = await feed.position();
  listeners.listen((item) => {
    told = placeOf(item.type === "change" ? item.change.id : item.from).entry;
  });
  /** Counts what is on its way to Redis, to know when all is quiet. */
  const counted = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          underWay += 1;
          try {
            return await (Reflect.get(target, name) as (...args: unknown[]) => unknown)(...args);
          } finally {
            underWay -= 1;
          }
        },
    });
  const leases = simulatedLeases(leaseStore(store), redis, clock);
  const [hosts, tasks] = [counted(hostStore(store)), counted(taskStore(store))];

  const starts = new Map<string, number>();
  const engines = new Map<string, SimulatedEngine>(
    names.map((name) => [
      name,
      simulatedEngine({
        time: clock,
        id: `engine-of-${name}`,
        images: ["cached:1", "berth/busybox:latest"],
        pullable: [IMAGE],
        behaviourOf(plan) {
          const key = `${plan.labels[LABEL.task]}/${plan.labels[LABEL.container]}`;
          starts.set(key, (starts.get(key) ?? 0) + 1);
          return plan.labels[LABEL.container] === PAUSE ? { onTerm: { exitCode: 0 } } : scriptedBehaviour(plan);
        },
      }),
    ]),
  );
  const logs = memoryLogs();
  const common = {
    clock,
    log,
    random: systemRandom,
    cgroups: async () => outOfReachCgroups,
    logFiles: logs,
    archives: { open: async () => undefined },
    ownImages: noOwnImages,
    outputs: noOutputStreams,
    lookups: noLookups,
    doors: noDoors,
    policy: {
      installation: "test",
      secret: "a secret",
      pidsLimit: 64,
      dropCapabilities: [],
      logRotation: { maxSizeMiB: 1, maxFiles: 1 },
    },
    registry: "localhost:4510",
    network: "10.42.0.0/16",
    times: { ...TIMES, ...times },
    progress: progressBoard(),
  };
  const owners: Owner[] = [];
  const noFailpoints = { hit: async () => {} };
  const engineOf = (name: string): SimulatedEngine => engines.get(name)!;

  /** All that was begun has gone as far as it goes without time passing. */
  const quiet = async (): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS;
    for (let calm = 0; calm < 2; ) {
      await clock.settle();
      const newest = await feed.position();
      calm = underWay === 0 && told === newest ? calm + 1 : 0;
      if (performance.now() > deadline)
        throw new Error(`waited ${PATIENCE_MS} ms for quiet; ${underWay} calls under way, told ${told} of ${newest}`);
    }
  };
  const pass = async (milliseconds: number, stepMs = STEP_MS): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= stepMs) {
      await clock.advance(Math.min(left, stepMs));
      await leases.expire();
      await quiet();
    }
  };

  /** Begins a control plane; at `failpoint`, when it has passed there that often, it once dies, throws, or stands still. */
  const start = async (
    name: string,
    {
      failpoint,
      action = "crash",
      passes = 0,
    }: { failpoint?: string; action?: "crash" | "error" | "pause"; passes?: number } = {},
  ): Promise<Owner> => {
    const process = simulatedProcess();
    const ending = new AbortController();
    let left = passes;
    const deps: FleetDeps = {
      ...common,
      owner: name,
      timers: process.timers(clock),
      hosts: process.port(hosts),
      tasks: process.port(tasks),
      leases: process.port(counted(leases)),
      listeners: process.listeners(listeners),
      engines: { at: ({ docker }) => process.port(engineOf(docker)), close: async () => {} } satisfies ContainerEngines,
      failpoints: {
        async hit(at) {
          if (at !== failpoint || left-- !== 0) return;
          if (action === "error") throw new Error(`failpoint ${at}`);
          if (action === "crash") process.kill();
          else process.pause();
          await process.turn();
        },
      },
    };
    const running = ownHosts(deps, hostRun(deps), ending.signal);
    const owner: Owner = {
      name,
      process,
      async close() {
        ending.abort();
        if (!process.isKilled()) await running;
      },
    };
    owners.push(owner);
    await quiet();
    return owner;
  };

  for (const [index, name] of names.entries()) {
    const { ledger: _, ...host } = aHost(name, { publishAddress: `127.0.1.${index + 1}`, engine: { docker: name } });
    await hosts.register(host, clock.now());
  }
  let over = false;
  const end = async (): Promise<void> => {
    if (over) return;
    over = true;
    for (const { process } of owners) process.kill();
    await listeners.close();
    await close();
  };
  t.teardown(end);

  const api = createFleet({
    ...common,
    owner: "api",
    timers: clock,
    hosts,
    tasks,
    leases,
    listeners,
    failpoints: noFailpoints,
    engines: { at: ({ docker }) => engineOf(docker), close: async () => {} },
  });
  const taskOf = async (id: TaskId): Promise<Task> => {
    const [task] = await tasks.get([id]);
    if (!task) throw new Error(`no task ${id}`);
    return task;
  };

  /** Places a task; a container that says nothing else runs until it is stopped. */
  const placeIn = async (networkMode: TaskSpec["networkMode"], ...containers: SomeContainer[]): Promise<TaskId> => {
    const specs = (containers.length > 0 ? containers : [{}]).map(({ name = "main", ...changes }) =>
      aContainer(name, { image: IMAGE, command: ["serve"], stopTimeoutSeconds: 2, ...changes }),
    );
    const request = aRequest({ networkMode, cluster: CLUSTER });
    const answer = await api.place({ ...request, spec: { ...request.spec, containers: specs } });
    if (answer.type !== "answered" || !answer.tasks[0]) throw new Error(`not placed: ${JSON.stringify(answer)}`);
    await quiet();
    return answer.tasks[0].id;
  };

  return {
    clock,
    logs,
    tasks,
    hosts,
    quiet,
    pass,
    start,
    /** Ends it before its test ends. */
    end,
    task: taskOf,
    owner: (name: string): Owner => owners.find((owner) => owner.name === name)!,
    engine: (name = "h1"): SimulatedEngine => engineOf(name),
    /** The hosts of each control plane that has any. */
    async shares(): Promise<Record<string, string[]>> {
      const hostsByOwner: Record<string, string[]> = {};
      for (const name of names) {
        const owner = await redis.get(KEYS.lease + name);
        if (owner !== null) hostsByOwner[owner] = [...(hostsByOwner[owner] ?? []), name];
      }
      return hostsByOwner;
    },
    host: async (name = "h1"): Promise<Host> => (await hosts.get([name as HostId]))[0]!,
    place: (...containers: SomeContainer[]) => placeIn("bridge", ...containers),
    placeIn,
    async stop(id: TaskId): Promise<void> {
      await api.stopTask(id, "UserInitiated", "asked to");
      await quiet();
    },
    /** How often a container's program was started, on whatever host. */
    starts: (id: TaskId, container = "main"): number => starts.get(`${id}/${container}`) ?? 0,
    allStarts: (): ReadonlyMap<string, number> => starts,
    /** The task's containers on an engine that run. */
    running: (id: TaskId, host = "h1") =>
      engineOf(host)
        .containers()
        .filter(({ plan, state }) => plan.labels[LABEL.task] === id && state === "running"),
    /** Its record goes, as when it was STOPPED long ago on a host that was away. */
    async forget(id: TaskId): Promise<void> {
      await tasks.observe(id, Number.MAX_SAFE_INTEGER, { ...(await taskOf(id)).observed, status: "STOPPED" }, 0);
      await tasks.forgetStoppedBefore(clock.now(), 10);
    },
    ledgerDifferences: () => ledgerDifferences(store),
  };
};

export type FleetWorld = Awaited<ReturnType<typeof aFleetWorld>>;

import type { Test } from "tap";
import { changeFeed } from "../../src/adapters/redis/change-feed.ts";
import { changeListeners } from "../../src/adapters/redis/change-listeners.ts";
import { dutyStore } from "../../src/adapters/redis/duties.ts";
import { hostStore } from "../../src/adapters/redis/host-store.ts";
import { leaseStore } from "../../src/adapters/redis/lease-store.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import type { RedisStore } from "../../src/adapters/redis/store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import { liveTime } from "../../src/adapters/simulated/clock.ts";
import { ecsLoops, type ServiceLoopDeps } from "../../src/ecs/index.ts";
import { capacityProviderId } from "../../src/ecs/model/capacity-provider.ts";
import type { CapacityProviderRecord, ClusterRecord, TaskDefinitionRecord } from "../../src/ecs/model/records.ts";
import { asServiceTask } from "../../src/ecs/model/service/as-service-task.ts";
import { newDeployment } from "../../src/ecs/model/service/deployments.ts";
import type { ServiceRecord, ServiceRevisionRecord } from "../../src/ecs/model/service/records.ts";
import { byProvider } from "../../src/ecs/model/service/split.ts";
import { serviceId, serviceTerms } from "../../src/ecs/model/store-keys.ts";
import { createFleet } from "../../src/fleet/control/create-fleet.ts";
import { type ClusterId, FARGATE, type TaskId } from "../../src/fleet/index.ts";
import type { HostState } from "../../src/fleet/model/host.ts";
import type { HostId } from "../../src/fleet/model/ids.ts";
import type { ObservedTask, Task } from "../../src/fleet/model/task.ts";
import { changeRecord } from "../../src/kernel/change-record.ts";
import type { Duties } from "../../src/kernel/duties.ts";
import { NO_FAILPOINTS } from "../../src/kernel/failpoints.ts";
import { NO_LOG } from "../../src/kernel/log.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import { aHost, CLUSTER } from "../contract/redis-fixtures.ts";
import { aService } from "../unit/service-fixtures.ts";
import { noOwnImages } from "./no-own-images.ts";
import { aStore, type TestRedis } from "./redis.ts";
import { taskCounts } from "./task-counts.ts";
import { until } from "./until.ts";

const SCOPE = { account: "000000000000", region: "us-east-1" };

/** What tasks of a definition's family do once they are placed. */
export type Program = "runs" | "exits" | "cannot start" | "hangs";
/** Of families, as `v1`; they run where nothing is said. */
export type Programs = Readonly<Record<string, Program>>;

interface KeeperSetting {
  /** Called at every failpoint, which is passed when it resolves; `die` ends the keeper as `kill -9` would. */
  readonly at?: (failpoint: string, die: () => Promise<void>) => Promise<void>;
  /** It does the duty without asking whether another does it too. */
  readonly isPushy?: boolean;
}

const PUSHY: Duties = { hold: async () => true, drop: async () => {} };

/** One control plane's keeper of services. */
const startKeeper = async (store: RedisStore, owner: string, { at = async () => {}, isPushy }: KeeperSetting) => {
  const ending = new AbortController();
  let hasCrashed = false;
  const listeners = await changeListeners(changeFeed(store), () => {});
  const parts = { clock: store.clock, random: systemRandom, hosts: hostStore(store), tasks: taskStore(store) };
  const fleetParts = { ...parts, failpoints: NO_FAILPOINTS, ownImages: noOwnImages, registry: "localhost:4510" };
  const die = (): Promise<void> => {
    ending.abort();
    hasCrashed = true;
    return new Promise(() => {});
  };
  const deps: ServiceLoopDeps = {
    clusters: recordStore(store, "cluster"),
    services: recordStore(store, "service"),
    taskDefinitions: recordStore(store, "task-definition"),
    capacityProviders: recordStore(store, "capacity-provider"),
    fleet: createFleet(fleetParts as unknown as Parameters<typeof createFleet>[0]),
    listeners,
    duties: isPushy ? PUSHY : dutyStore(store),
    timers: liveTime,
    clock: store.clock,
    log: NO_LOG,
    owner,
    limits: { hostPaths: [], privileged: false },
    settings: { healthyAfterSeconds: 0, backoff: { firstSeconds: 1, longestSeconds: 1 } },
    // Nothing is swept while a test lasts.
    times: { dutyMs: 400, renewMs: 100, sweepMs: 3_600_000, keepInactiveMs: 3_600_000 },
    failpoints: { hit: (failpoint) => at(failpoint, die) },
  };
  const loops = ecsLoops(deps);
  // Whatever hung on a failpoint never comes back: it is not waited for.
  void loops.run(ending.signal);
  const quit = async (): Promise<void> => {
    ending.abort();
    await listeners.close();
  };
  return { deps, loops, quit, hasCrashed: () => hasCrashed };
};

export type Keeper = Awaited<ReturnType<typeof startKeeper>>;

/** Two and two of four. */
export const HALF_ON_SPOT: RunsOn = {
  capacityProviderStrategy: ["FARGATE", "FARGATE_SPOT"].map((name) => ({ capacityProvider: name, weight: 1, base: 0 })),
};

type RunsOn = Pick<ServiceRevisionRecord, "launchType" | "capacityProviderStrategy">;

interface Setting {
  readonly hosts?: readonly string[];
  readonly programs?: Programs;
  /** On Fargate, which is there then and has room for ten tasks; or on a capacity provider of each host, by its name. */
  readonly on?: RunsOn;
  /** Of tasks on Fargate. */
  readonly size?: { readonly cpu: string; readonly memory: string };
}

const CAPABLE = { "ecs.capability.task-eni": "", "ecs.capability.task-cpu-mem-limit": "" };

/** What a task definition must say for Fargate. */
const FOR_FARGATE: Partial<TaskDefinitionRecord["members"]> = {
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  requiresCompatibilities: ["FARGATE", "EC2"],
};

/**
 * Services over the real store and the real scheduler: one cluster, and hosts whose owner does at once what a task's program says. What was ever
 * wanted at once, and how few were healthy, is counted from the feed, where nothing can be missed.
 */
export const aKeptCluster = async (
  t: Test,
  server: TestRedis,
  { hosts: ids = ["h1", "h2"], programs = {}, on, size }: Setting = {},
) => {
  const store: RedisStore = { ...(await aStore(t, server)), clock: { now: () => Date.now() } };
  const [tasks, hosts, leases] = [taskStore(store), hostStore(store), leaseStore(store)];
  const services = recordStore<ServiceRecord>(store, "service");
  const listeners = await changeListeners(changeFeed(store), (error) => t.error(error as Error));
  const cluster = { ...SCOPE, name: "default", status: "ACTIVE", settings: [], tags: {}, createdAt: 1 } as const;
  await recordStore<ClusterRecord>(store, "cluster").create(CLUSTER, cluster);

  const addHost = async (id: string, changes: Parameters<typeof aHost>[1] = {}): Promise<void> => {
    const host = aHost(id, { declared: { cpuUnits: 10_240, memoryMiB: 10_240 }, ...changes });
    await hosts.register(host, 1);
    const epoch = await leases.acquire(host.id, "owner", 3_600_000);
    await hosts.setNetwork(host.id, epoch!, "10.42.7.0/24", 2);
    await hosts.setHealth(host.id, epoch!, "CONNECTED", 2);
  };
  for (const id of ids) {
    await addHost(id, { attributes: { ...CAPABLE, "ecs.availability-zone": "here", autoScalingGroup: id } });
    await recordStore<CapacityProviderRecord>(store, "capacity-provider").create(capacityProviderId(SCOPE, id), {
      ...SCOPE,
      name: id,
      autoScalingGroupProvider: { autoScalingGroupArn: id },
      tags: {},
      createdAt: 1,
    });
  }
  if (on)
    await addHost("fargate", {
      cluster: FARGATE,
      declared: { cpuUnits: 2560, memoryMiB: 5120 },
      attributes: CAPABLE,
    });

  const define = async (family: string): Promise<string> => {
    const value: TaskDefinitionRecord = {
      ...SCOPE,
      family,
      status: "ACTIVE",
      members: {
        containerDefinitions: [{ name: "main", image: "app:1", memory: 16, essential: true }],
        ...(on && FOR_FARGATE),
        ...size,
      },
      tags: {},
      registeredAt: 1,
      registeredBy: "me",
    };
    const terms = [`scope:${SCOPE.account}/${SCOPE.region}`];
    const { number } = await recordStore<TaskDefinitionRecord>(store, "task-definition").createNext(
      `${SCOPE.account}/${SCOPE.region}/${family}:`,
      value,
      terms,
    );
    return `arn:aws:ecs:${SCOPE.region}:${SCOPE.account}:task-definition/${family}:${number}`;
  };

  const familyOf = (task: Task): string =>
    String(task.details.taskDefinitionArn).replace(/^.*task-definition\/|:\d+$/g, "");
  const see = (task: Task, observed: Partial<ObservedTask> & Pick<ObservedTask, "status">) =>
    tasks.observe(task.id, 1, { ...task.observed, startedAt: Date.now(), ...observed }, Date.now());
  const end = async (task: Task, startedAt = task.observed.startedAt): Promise<void> => {
    const stoppedAt = Date.now();
    await tasks.requestStop(
      task.id,
      startedAt === undefined
        ? { code: "TaskFailedToStart", reason: "CannotPullContainerError: no such image", at: stoppedAt }
        : { code: "EssentialContainerExited", reason: "Essential container in task exited", at: stoppedAt },
      1,
    );
    const { startedAt: _, ...observed } = task.observed;
    const seen = { ...observed, status: "STOPPED", stoppedAt, ...(startedAt !== undefined && { startedAt }) } as const;
    await tasks.observe(task.id, 1, seen, stoppedAt);
  };
  const obey = async (id: TaskId, verb: string): Promise<void> => {
    const [task] = await tasks.get([id]);
    if (!task || task.observed.status === "STOPPED") return;
    if (verb === "stop-requested") return end(task);
    const program = programs[familyOf(task)] ?? "runs";
    if (program === "hangs") return;
    if (program === "cannot start") return end(task, undefined);
    const at = Date.now();
    await see(task, { status: "RUNNING", startedAt: at });
    if (program === "exits") await end(task, at);
  };

  const { counts, countAnew } = taskCounts(listeners);
  const obeying = new Set<Promise<void>>();
  listeners.listen((item) => {
    if (item.type !== "change" || item.change.kind !== "task") return;
    const { subject, verb } = item.change;
    if (verb !== "placed" && verb !== "stop-requested") return;
    const one = obey(subject as TaskId, verb).catch(() => {});
    obeying.add(one);
    void one.finally(() => obeying.delete(one));
  });

  const keepers: Keeper[] = [];
  const close = async (): Promise<void> => {
    for (const keeper of keepers.splice(0)) await keeper.quit();
    await listeners.close();
    await Promise.all(obeying);
  };
  t.teardown(close);

  const id = serviceId(SCOPE, "default", "web");
  const read = async (): Promise<ServiceRecord> => {
    const [stored] = await services.get([id]);
    if (!stored) throw new Error("there is no service");
    return stored.value;
  };
  const change = (decide: (service: ServiceRecord) => ServiceRecord) =>
    changeRecord(services, id, serviceTerms, decide);
  let rolls = 0;
  const roll = (service: ServiceRecord, taskDefinition: string): ServiceRecord => {
    rolls += 1;
    const revision = {
      id: `100000000000000000${rolls}`,
      taskDefinition,
      createdAt: Date.now(),
      ...(on && { ...on, networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-here"] } } }),
    };
    const ids = { deployment: `ecs-svc/${rolls}`, serviceDeployment: `d${rolls}` };
    return newDeployment(service, revision, ids, Date.now());
  };
  const all = async (): Promise<Task[]> =>
    (await tasks.get(await tasks.find(CLUSTER as ClusterId, ["service:web"]))).flatMap((task) => task ?? []);

  return {
    store,
    tasks,
    hosts,
    addHost,
    read,
    change,
    all,
    counts,
    define,
    services,
    /** Ends all keepers and hosts, before the test ends. */
    close,
    countAnew,
    async keep(owner = "one", setting: KeeperSetting = {}): Promise<Keeper> {
      const keeper = await startKeeper(store, owner, setting);
      keepers.push(keeper);
      return keeper;
    },
    async create(changes: Partial<ServiceRecord> = {}, family = "v1"): Promise<void> {
      const service = roll(aService({ createdAt: Date.now(), ...changes }), await define(family));
      await services.create(id, service, serviceTerms(service));
    },
    async update(family: string): Promise<void> {
      const taskDefinition = await define(family);
      await change((service) => roll(service, taskDefinition));
    },
    setHost: (host: string, state: HostState) => hosts.setState(host as HostId, state, Date.now()),
    /** The families of the tasks that run, one for each, and on which hosts. */
    async running(): Promise<{ families: string[]; hosts: string[] }> {
      const tasksNow = (await all()).filter(
        ({ desired, observed }) => desired === "RUNNING" && observed.status === "RUNNING",
      );
      return { families: tasksNow.map(familyOf).sort(), hosts: tasksNow.map(({ host }) => String(host)).sort() };
    },
    /** How many of the tasks that run each capacity provider has. */
    providers: async () =>
      byProvider(
        (await all())
          .filter(({ desired, observed }) => desired === "RUNNING" && observed.status === "RUNNING")
          .map(asServiceTask),
      ),
    /** Its main container exits, as after `docker kill`. */
    async exit(): Promise<TaskId> {
      const task = (await all()).find(
        ({ desired, observed }) => desired === "RUNNING" && observed.status === "RUNNING",
      );
      if (!task) throw new Error("nothing runs");
      await end(task);
      return task.id;
    },
    steady: () =>
      until(
        "the service to be steady",
        async () => ({
          service: await read(),
          tasks: (await all()).map(({ desired, observed }) => [desired, observed.status]),
        }),
        ({ service }) => service.isSteady,
      ),
    async says(words: RegExp): Promise<string> {
      const { events } = await until(`the service to say ${words}`, read, (service) =>
        service.events.some(({ message }) => words.test(message)),
      );
      return events.find(({ message }) => words.test(message))!.message;
    },
  };
};

export type KeptCluster = Awaited<ReturnType<typeof aKeptCluster>>;

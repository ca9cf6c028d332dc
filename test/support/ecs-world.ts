import type * as ecs from "@aws-sdk/client-ecs";
import type { Test } from "tap";
import { hostStore } from "../../src/adapters/redis/host-store.ts";
import { leaseStore } from "../../src/adapters/redis/lease-store.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import { type ClusterRecord, type EcsLimits, ecsWing, type ServiceRecord } from "../../src/ecs/index.ts";
import { serviceId, serviceTerms } from "../../src/ecs/model/store-keys.ts";
import { createFleet } from "../../src/fleet/control/create-fleet.ts";
import type { FleetDeps } from "../../src/fleet/control/deps.ts";
import { clusterId, FARGATE } from "../../src/fleet/index.ts";
import type { EngineId, HostId } from "../../src/fleet/model/ids.ts";
import type { ObservedTask } from "../../src/fleet/model/task.ts";
import { changeRecord } from "../../src/kernel/change-record.ts";
import { NO_FAILPOINTS } from "../../src/kernel/failpoints.ts";
import type { Caller, InputOf, OperationName, OutputOf } from "../../src/kernel/operation.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import type { Scope } from "../../src/kernel/scope.ts";
import { noOwnImages } from "./no-own-images.ts";
import { aRedis, aStore } from "./redis.ts";

type Ecs = typeof ecs;
type Handlers = ReturnType<typeof ecsWing>["handlers"];
type Built = keyof Handlers & OperationName<Ecs>;

export const CALLER: Caller = {
  account: "000000000000",
  region: "us-east-1",
  requestId: "request-1",
  principal: "arn:aws:iam::000000000000:user/berth",
  accessKeyId: "BERTHTEST",
};

type OperationDeps = Parameters<typeof createFleet>[0];

/** The fleet's parts that operations use; the use of any other throws with its name. */
const only = (deps: Partial<OperationDeps>): OperationDeps =>
  new Proxy(deps, {
    get(target, member) {
      if (!Object.hasOwn(target, member)) throw new Error(`operations used the fleet's ${String(member)}`);
      return target[member as keyof OperationDeps];
    },
  }) as OperationDeps;

/** ECS over the real stores and the real scheduler, with hosts that have no engine: what runs is told by `observe`. */
export const anEcsWorld = async (
  t: Test,
  { limits = { hostPaths: [], privileged: false }, scope = CALLER }: { limits?: EcsLimits; scope?: Scope } = {},
) => {
  const store = await aStore(t, await aRedis(t));
  const [hosts, tasks, leases] = [hostStore(store), taskStore(store), leaseStore(store)];
  const policy = { installation: "test" } as FleetDeps["policy"];
  const fleet = createFleet(
    // Nobody owns these hosts: waiting for it would be in vain.
    only({
      clock: store.clock,
      timers: { wait: async () => false },
      failpoints: NO_FAILPOINTS,
      random: systemRandom,
      hosts,
      tasks,
      policy,
      ownImages: noOwnImages,
      registry: "localhost:4510",
    }),
  );
  const services = recordStore<ServiceRecord>(store, "service");
  const clusters = recordStore<ClusterRecord>(store, "cluster");
  const wing = ecsWing({
    clusters,
    capacityProviders: recordStore(store, "capacity-provider"),
    taskDefinitions: recordStore(store, "task-definition"),
    services,
    accountSettings: recordStore(store, "account-setting"),
    fleet,
    clock: store.clock,
    limits,
  });
  await wing.ensureCluster(scope, "default");

  let addresses = 0;
  const asOwner = async (host: HostId, act: (epoch: number) => Promise<boolean>): Promise<boolean> => {
    const epoch = await leases.acquire(host, "test", 60_000);
    if (epoch === undefined) throw new Error(`${host} is leased`);
    const done = await act(epoch);
    await leases.release(host, "test", epoch);
    return done;
  };

  return {
    wing,
    clusters,
    fleet,
    tasks,
    /** Calls an operation as a client does, `as` somebody else if asked. */
    call: <Name extends Built>(name: Name, input: InputOf<Ecs, Name>, as: Partial<Caller> = {}) =>
      (wing.handlers[name] as unknown as (input: unknown, caller: Caller) => Promise<OutputOf<Ecs, Name>>)(input, {
        ...CALLER,
        ...as,
      }),
    /** Declares a host of the default cluster, and says that its engine answers. */
    addHost: async (
      id: string,
      changes: { cpuUnits?: number; memoryMiB?: number; attributes?: Record<string, string>; fargate?: boolean } = {},
    ) => {
      const host = await hosts.register(
        {
          id: id as HostId,
          instanceId: Buffer.from(id).toString("hex").padEnd(32, "0"),
          ec2InstanceId: `i-${id}`,
          cluster: changes.fargate ? FARGATE : clusterId(scope, "default"),
          engine: { docker: "unix:///run/none.sock" },
          engineId: "engine-1" as EngineId,
          declared: { cpuUnits: changes.cpuUnits ?? 2048, memoryMiB: changes.memoryMiB ?? 1024 },
          publishAddress: `127.0.1.${++addresses}`,
          attributes: {
            "ecs.cpu-architecture": "x86_64",
            ...(changes.fargate ? {} : { "ecs.availability-zone": "us-east-1a" }),
            "ecs.capability.task-eni": "",
            "ecs.capability.task-cpu-mem-limit": "",
            ...changes.attributes,
          },
          tags: {},
          engineVersion: "20.10.24",
          source: "config",
        },
        store.clock.now(),
      );
      await asOwner(host.id, async (epoch) => {
        await hosts.setNetwork(host.id, epoch, "10.42.7.0/24", store.clock.now());
        return hosts.setHealth(host.id, epoch, "CONNECTED", store.clock.now());
      });
    },
    /** Changes a service as its keeper would. */
    keep: (name: string, change: (service: ServiceRecord) => ServiceRecord) =>
      changeRecord(services, serviceId(scope, "default", name), serviceTerms, change),
    /** Says of a task what the owner of its host would have seen. */
    async observe(taskArn: string, seen: Partial<ObservedTask> & Pick<ObservedTask, "status">): Promise<void> {
      const id = taskArn.slice(taskArn.lastIndexOf("/") + 1) as Parameters<typeof tasks.observe>[0];
      const [task] = await tasks.get([id]);
      if (!task) throw new Error(`no task ${id}`);
      const moved = await asOwner(task.host, (epoch) =>
        tasks.observe(id, epoch, { ...task.observed, ...seen }, store.clock.now()),
      );
      if (!moved) throw new Error(`task ${id} did not move from ${task.observed.status} to ${seen.status}`);
    },
  };
};

export type EcsWorld = Awaited<ReturnType<typeof anEcsWorld>>;

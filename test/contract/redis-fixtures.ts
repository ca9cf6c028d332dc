import { hostStore } from "../../src/adapters/redis/host-store.ts";
import { leaseStore } from "../../src/adapters/redis/lease-store.ts";
import type { RedisStore } from "../../src/adapters/redis/store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import type { Host, HostDeclaration } from "../../src/fleet/model/host.ts";
import { type ClusterId, clusterId, type EngineId, type HostId, type TaskId } from "../../src/fleet/model/ids.ts";
import type { PlacementRecord } from "../../src/fleet/model/placement.ts";
import type { PlacementMove } from "../../src/fleet/model/placement-move.ts";
import type { PortClaim } from "../../src/fleet/model/ports.ts";
import type { ObservedTask, Task, TaskStatus } from "../../src/fleet/model/task.ts";
import type { TaskStore } from "../../src/fleet/ports.ts";

export const CLUSTER: ClusterId = clusterId({ account: "000000000000", region: "us-east-1" }, "default");

export const hostId = (id: string) => id as HostId;
export const taskId = (id: string) => id as TaskId;

export const aHost = (id: string, members: Partial<Host> = {}): HostDeclaration => ({
  id: hostId(id),
  instanceId: id.padEnd(32, "0"),
  ec2InstanceId: "i-0123456789abcdef0",
  cluster: CLUSTER,
  engine: { docker: "unix:///var/run/docker.sock" },
  engineId: "engine-1" as EngineId,
  declared: { cpuUnits: 1024, memoryMiB: 1024 },
  publishAddress: `127.0.1.${Number(id.replace(/\D/g, "")) || 1}`,
  attributes: { "ecs.os-type": "linux" },
  tags: {},
  engineVersion: "20.10.24",
  source: "config",
  ...members,
});

export const aPort = (hostPort: number, space: PortClaim["space"] = "host"): PortClaim => ({
  container: "main",
  containerPort: 80,
  hostPort,
  protocol: "tcp",
  space,
});

export const seen = (status: TaskStatus, members: Partial<ObservedTask> = {}): ObservedTask => ({
  status,
  containers: [],
  ...members,
});

export const aTask = (
  id: string,
  {
    cpuUnits = 128,
    memoryMiB = 128,
    ...members
  }: Partial<Omit<Task, "id">> & { cpuUnits?: number; memoryMiB?: number } = {},
): Task => ({
  id: taskId(id),
  cluster: CLUSTER,
  host: hostId("h1"),
  attempt: 1,
  group: "family:web",
  terms: ["family:web"],
  // Empty lists and objects, which a script that took JSON apart would lose.
  spec: {
    networkMode: "bridge",
    limits: {},
    reserve: { cpuUnits, memoryMiB },
    volumes: [],
    containers: [],
  },
  ports: [],
  details: { overrides: {}, tags: [] },
  createdAt: 1_700_000_000_000,
  desired: "RUNNING",
  observed: seen("PENDING"),
  version: 1,
  ...members,
});

const aRecord = (task: Task): PlacementRecord => ({
  requestId: `request-of-${task.id}`,
  taskId: task.id,
  cluster: task.cluster,
  group: task.group,
  at: task.createdAt,
  needed: { ...task.spec.reserve, ports: [] },
  constraints: [],
  strategies: [],
  explanation: { chosen: task.host, hosts: [] },
});

/** A plan of these tasks. */
export const aPlan = (
  tasks: readonly Task[],
  { groupLimit, ...rest }: Pick<PlacementMove, "cause" | "wantedBy"> & { groupLimit?: number } = {},
): PlacementMove => ({
  ...rest,
  tasks: tasks.map((task) => ({ task, record: aRecord(task), ...(groupLimit !== undefined && { groupLimit }) })),
});

/** Commits tasks that must fit. */
export const place = async (tasks: TaskStore, ...placed: Task[]): Promise<void> => {
  const outcome = await tasks.commit(aPlan(placed));
  if (outcome.type !== "committed")
    throw new Error(`expected room for ${placed.length} tasks: ${JSON.stringify(outcome)}`);
};

/** The stores, and hosts that are owned under epoch 1 and connected. */
export const aFleet = async (store: RedisStore, ...declarations: HostDeclaration[]) => {
  const [hosts, tasks, leases] = [hostStore(store), taskStore(store), leaseStore(store)];
  for (const declaration of declarations) {
    await hosts.register(declaration, 1);
    const epoch = await leases.acquire(declaration.id, "owner-1", 60_000);
    await hosts.setHealth(declaration.id, epoch!, "CONNECTED", 2);
  }
  return {
    hosts,
    tasks,
    leases,
    /** The host's account. */
    ledger: async (id: string) => (await hosts.get([hostId(id)]))[0]!.ledger,
    task: async (id: string) => (await tasks.get([taskId(id)]))[0],
  };
};

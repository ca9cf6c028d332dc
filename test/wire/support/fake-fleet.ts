import type { Fleet, HostId, HostView, LogLine, PlacementRecord, Task, TaskId } from "../../../src/fleet/index.ts";
import { aContainer, aHost, aRequest, CLUSTER } from "../../unit/scheduler-fixtures.ts";

export const TASK_ID = "0123456789abcdef0123456789abcdef" as TaskId;

export const aTask = (containers: readonly string[], changes: Partial<Task> = {}): Task => {
  const { spec, group } = aRequest();
  return {
    id: TASK_ID,
    cluster: CLUSTER,
    host: "local-1" as HostId,
    attempt: 1,
    group,
    terms: [],
    spec: { ...spec, containers: containers.map((name) => aContainer(name)) },
    ports: [],
    details: {},
    createdAt: 0,
    desired: "RUNNING",
    observed: { status: "PENDING", containers: [] },
    version: 1,
    ...changes,
  };
};

export const aPlacement = (changes: Partial<PlacementRecord> = {}): PlacementRecord => ({
  requestId: "request-7",
  taskId: TASK_ID,
  cluster: CLUSTER,
  group: "family:web",
  at: 1000,
  needed: { cpuUnits: 256, memoryMiB: 128, ports: ["tcp/8080"] },
  constraints: [{ type: "distinctInstance" }],
  strategies: [{ type: "spread", field: "instanceId" }],
  explanation: {
    chosen: "local-1" as HostId,
    hosts: [
      { host: "local-1" as HostId, lacks: [], rank: 1, scores: ["spread instanceId: 0 tasks of group web"] },
      {
        host: "local-2" as HostId,
        lacks: [{ reason: "RESOURCE:MEMORY", detail: "needs 128 MiB, 64 MiB are free", needed: 128, free: 64 }],
        scores: [],
      },
    ],
  },
  ...changes,
});

/** What a test sets of the fleet and sees of it. */
export interface FleetScene {
  readonly fleet: Fleet;
  readonly hosts: HostView[];
  readonly tasks: Task[];
  readonly placements: PlacementRecord[];
  /** Lines by container; a function so that a test can keep a follower waiting. */
  readonly lines: Record<string, (signal: AbortSignal) => AsyncIterable<LogLine>>;
  readonly logRequests: { container: string; follow: boolean; tail?: number }[];
}

const unused = (name: string) => () => Promise.reject(new Error(`no operation of ours calls ${name}`));

/** The fleet as far as our own operations use it, in memory. */
export const fakeFleet = (): FleetScene => {
  const scene: Omit<FleetScene, "fleet"> = {
    hosts: [aHost("local-1"), aHost("local-2", { ledger: { runningTasks: 2, pendingTasks: 1 } })],
    tasks: [],
    placements: [],
    lines: {},
    logRequests: [],
  };
  const { hosts, tasks, placements, lines, logRequests } = scene;
  const fleet: Fleet = {
    place: unused("place"),
    placeClaimed: unused("placeClaimed"),
    forgetOutput: unused("forgetOutput"),
    stopTask: unused("stopTask"),
    stopTasks: unused("stopTasks"),
    findTasks: unused("findTasks"),
    setTaskDetails: unused("setTaskDetails"),
    setHostAttributes: unused("setHostAttributes"),
    setHostTags: unused("setHostTags"),
    exec: unused("exec"),
    use: unused("use"),
    tasks: async (ids) => ids.map((id) => tasks.find((task) => task.id === id)),
    placement: async (id) => placements.find(({ taskId }) => taskId === id),
    refusals: async (requestId) => placements.filter((one) => requestId === undefined || one.requestId === requestId),
    hosts: async () => hosts,
    async addSlice({ id = "made" as HostId, cluster, resources, attributes, tags }) {
      const host = aHost(id, { cluster, declared: resources, attributes, tags, source: "api" });
      hosts.push(host);
      return host;
    },
    async setHostState(id, state) {
      const index = hosts.findIndex((host) => host.id === id);
      if (index < 0) return undefined;
      hosts[index] = { ...hosts[index]!, state };
      return hosts[index];
    },
    async removeHost(id, force) {
      const index = hosts.findIndex((host) => host.id === id);
      if (!force && hosts[index]!.ledger.runningTasks > 0) return false;
      hosts.splice(index, 1);
      return true;
    },
    logs(_task, container, { signal, ...asked }) {
      logRequests.push({ container, ...asked });
      return lines[container]!(signal);
    },
  };
  return { ...scene, fleet };
};

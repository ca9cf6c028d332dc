import { changeFeed } from "../../src/adapters/redis/change-feed.ts";
import { changeListeners } from "../../src/adapters/redis/change-listeners.ts";
import { dutyStore } from "../../src/adapters/redis/duties.ts";
import { hostStore } from "../../src/adapters/redis/host-store.ts";
import { jobMoves } from "../../src/adapters/redis/job-moves.ts";
import { jobStore } from "../../src/adapters/redis/job-store.ts";
import { leaseStore } from "../../src/adapters/redis/lease-store.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import type { RedisStore } from "../../src/adapters/redis/store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import { liveTime } from "../../src/adapters/simulated/clock.ts";
import { simulatedWorkQueue } from "../../src/adapters/simulated/work-queue.ts";
import type { BatchTimes } from "../../src/batch/control/loop-deps.ts";
import { type BatchLoopDeps, batchLoops } from "../../src/batch/index.ts";
import type { ComputeEnvironmentRecord } from "../../src/batch/model/compute-environment.ts";
import type { JobQueueRecord } from "../../src/batch/model/job-queue.ts";
import type { SchedulingPolicyRecord } from "../../src/batch/model/scheduling-policy.ts";
import { createFleet } from "../../src/fleet/control/create-fleet.ts";
import { armFailpoints, parseFailpoints } from "../../src/kernel/failpoints.ts";
import { NO_LOG } from "../../src/kernel/log.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import { aHost } from "../contract/redis-fixtures.ts";

const SCOPE = { account: "000000000000", region: "us-east-1" };
const NAME = `${SCOPE.account}/${SCOPE.region}/default`;

/** A connected host of so many vCPUs joins. */
export const addHost = async (store: RedisStore, id: string, vcpus: number): Promise<void> => {
  const [hosts, leases] = [hostStore(store), leaseStore(store)];
  const host = aHost(id, { declared: { cpuUnits: vcpus * 1024, memoryMiB: 100_000_000 } });
  await hosts.register(host, 1);
  const epoch = await leases.acquire(host.id, "owner", 3_600_000);
  await hosts.setHealth(host.id, epoch!, "CONNECTED", 2);
};

/** The queue and the environment `default`, over one connected host of so many vCPUs. */
export const layOutBatch = async (
  store: RedisStore,
  vcpus: number,
  changes: Partial<JobQueueRecord> = {},
): Promise<void> => {
  await addHost(store, "h1", vcpus);
  const shared = { ...SCOPE, name: "default", state: "ENABLED", tags: {}, createdAt: 1 } as const;
  const environment = { ...shared, type: "UNMANAGED", uuid: "u", cluster: "default" } as const;
  await recordStore<ComputeEnvironmentRecord>(store, "compute-environment").create(NAME, environment, []);
  const queue = { ...shared, priority: 1, environments: [NAME as never], timeLimits: [], backfill: false, ...changes };
  await recordStore<JobQueueRecord>(store, "job-queue").create(NAME, queue, []);
};

interface LoopSettings {
  readonly owner: string;
  /** As in BERTH_FAILPOINTS: a crash ends the loops as `kill -9` would. */
  readonly failpoints?: string;
  readonly times?: Partial<BatchTimes>;
}

/** One control plane's loops of Batch. Times are judged by the store's clock; what waits does so in real time. */
export const startLoops = async (store: RedisStore, { owner, failpoints = "", times = {} }: LoopSettings) => {
  const ending = new AbortController();
  let crashed = (): void => {};
  const crash = new Promise<void>((resolve) => {
    crashed = resolve;
  });
  const listeners = await changeListeners(changeFeed(store), () => {});
  const timerQueue = simulatedWorkQueue(liveTime);
  const fleetDeps = {
    clock: store.clock,
    random: systemRandom,
    hosts: hostStore(store),
    tasks: taskStore(store),
    // Nothing is printed here.
    outputs: { kept: async () => new Set() },
    logFiles: { remove: async () => {} },
  };
  const deps: BatchLoopDeps = {
    ...fleetDeps,
    fleet: createFleet(fleetDeps as unknown as Parameters<typeof createFleet>[0]),
    listeners,
    timerQueue,
    timers: liveTime,
    log: NO_LOG,
    owner,
    jobs: jobStore(store),
    jobMoves: jobMoves(store),
    jobQueues: recordStore(store, "job-queue"),
    computeEnvironments: recordStore(store, "compute-environment"),
    schedulingPolicies: recordStore<SchedulingPolicyRecord>(store, "scheduling-policy"),
    duties: dutyStore(store),
    failpoints: armFailpoints(parseFailpoints(failpoints), () => {
      ending.abort();
      crashed();
    }),
    times: { dutyMs: 400, renewMs: 100, sweepMs: 1_000, retryDelayMs: 0, keepJobsMs: 1_000_000, ...times },
  };
  const loops = batchLoops(deps);
  const running = loops.run(ending.signal);
  // Whatever hung on a failpoint never comes back: it is not waited for.
  const quit = async (): Promise<void> => {
    ending.abort();
    await timerQueue.close();
    await listeners.close();
  };
  return { crash, deps, running, quit, forgetEndedJobs: loops.forgetEndedJobs };
};

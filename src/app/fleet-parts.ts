import { join } from "node:path";
import { cgroupsFor } from "../adapters/cgroups/task-cgroups.ts";
import { dockerEngines } from "../adapters/docker/engines.ts";
import { imageArchives } from "../adapters/files/image-archives.ts";
import { logFiles } from "../adapters/files/log-files.ts";
import { hostStore } from "../adapters/redis/host-store.ts";
import { leaseStore } from "../adapters/redis/lease-store.ts";
import type { RedisStore } from "../adapters/redis/store.ts";
import { taskStore } from "../adapters/redis/task-store.ts";
import type { Config } from "../config.ts";
import type { FleetDeps, FleetTimes } from "../fleet/control/deps.ts";
import { progressBoard } from "../fleet/control/progress-board.ts";
import type { LaunchLookups } from "../fleet/launch-lookups.ts";
import type { TaskDoors } from "../fleet/model/task-doors.ts";
import type { OutputStreams, OwnImages } from "../fleet/ports.ts";
import type { ChangeListeners } from "../kernel/change-feed.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Failpoints } from "../kernel/failpoints.ts";
import type { Log } from "../kernel/log.ts";
import { systemRandom } from "../kernel/random.ts";
import { systemTimers } from "../kernel/timers.ts";

const LEASE_MS = 5_000;

const timesOf = (config: Config): FleetTimes => ({
  leaseMs: LEASE_MS,
  renewMs: 1_000,
  pingMs: 2_000,
  hostLostAfterMs: config.hostLostAfterSeconds * 1_000,
  sweepMs: 30_000,
  keepContainersMs: 2 * LEASE_MS,
  keepRecordsMs: config.taskRecordSeconds * 1_000,
});

/** The fleet's outside in production: Redis, Docker, files, and the machine's own time. */
export const fleetParts = (
  config: Config,
  { installation, secret }: { readonly installation: string; readonly secret: string },
  owner: string,
  store: RedisStore,
  shared: {
    readonly log: Log;
    readonly failpoints: Failpoints;
    readonly listeners: ChangeListeners;
    readonly ownImages: OwnImages;
    readonly outputs: OutputStreams;
    readonly lookups: LaunchLookups;
    readonly doors: TaskDoors;
  },
): FleetDeps & { readonly random: typeof systemRandom } => ({
  ...shared,
  clock: systemClock,
  timers: systemTimers,
  random: systemRandom,
  owner,
  hosts: hostStore(store),
  tasks: taskStore(store),
  leases: leaseStore(store),
  engines: dockerEngines(config.ssh ? { ssh: config.ssh } : {}),
  cgroups: ({ docker }, info) => cgroupsFor(docker, info, { installation, root: "/sys/fs/cgroup" }),
  logFiles: logFiles(join(config.home, "logs")),
  archives: imageArchives(config.imagesFolder),
  policy: {
    installation,
    secret,
    pidsLimit: config.containers.pidsLimit,
    dropCapabilities: config.containers.dropCapabilities,
    logRotation: { maxSizeMiB: 10, maxFiles: 3 },
  },
  registry: `localhost:${config.registryPort}`,
  network: config.network,
  times: timesOf(config),
  progress: progressBoard(),
});

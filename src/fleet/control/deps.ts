import type { ChangeListeners } from "../../kernel/change-feed.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Failpoints } from "../../kernel/failpoints.ts";
import type { Log } from "../../kernel/log.ts";
import type { Timers } from "../../kernel/timers.ts";
import type { LaunchLookups } from "../launch-lookups.ts";
import type { EngineAddress } from "../model/host.ts";
import type { ContainerPolicy } from "../model/plan-container.ts";
import type { TaskDoors } from "../model/task-doors.ts";
import type {
  ContainerEngines,
  EngineInfo,
  HostStore,
  ImageArchives,
  LeaseStore,
  LogFiles,
  OutputStreams,
  OwnImages,
  TaskCgroups,
  TaskStore,
} from "../ports.ts";

/** Times of the fleet's loops, all in milliseconds. */
export interface FleetTimes {
  /** How long a lease lasts without renewal: a dead control plane's hosts are taken over within this. */
  readonly leaseMs: number;
  readonly renewMs: number;
  /** How often an engine is asked for a sign of life. */
  readonly pingMs: number;
  readonly hostLostAfterMs: number;
  /** How often everything is looked at again, whatever the events said. */
  readonly sweepMs: number;
  /** How long a STOPPED task's containers stay on their engine; at least a lease. */
  readonly keepContainersMs: number;
  /** How long a STOPPED task stays describable. */
  readonly keepRecordsMs: number;
}

/** Everything outside that the fleet's loops use. */
export interface FleetDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly failpoints: Failpoints;
  readonly hosts: HostStore;
  readonly tasks: TaskStore;
  readonly leases: LeaseStore;
  readonly listeners: ChangeListeners;
  readonly engines: ContainerEngines;
  readonly cgroups: (address: EngineAddress, info: EngineInfo) => Promise<TaskCgroups>;
  readonly logFiles: LogFiles;
  readonly outputs: OutputStreams;
  readonly lookups: LaunchLookups;
  readonly doors: TaskDoors;
  readonly archives: ImageArchives;
  readonly ownImages: OwnImages;
  readonly policy: ContainerPolicy;
  /** `localhost:4510`: how tasks name Berth's own registry. */
  readonly registry: string;
  /** Where networks of clusters are cut from, `10.42.0.0/16`. */
  readonly network: string;
  readonly times: FleetTimes;
  /** This control plane, to tell it from others. */
  readonly owner: string;
  /** Lines for people while an image is pulled. */
  readonly progress: ProgressBoard;
}

/** Where a launch tells how it goes on, for whoever watches; kept no longer than it lasts. */
export interface ProgressBoard {
  tell(task: string, line: string): void;
  /** The launch is over, one way or the other. */
  over(task: string): void;
  /** Calls `listener` with the last lines told and those to come. */
  listen(task: string, listener: (line: string) => void): () => void;
}

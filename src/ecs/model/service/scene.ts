import { type Bounds, boundsOf } from "./bounds.ts";
import type { ServiceHost, ServiceSettings, ServiceTask } from "./decision.ts";
import { graceEnds, isHealthy, isServing, isWanted } from "./health.ts";
import type { DeploymentRecord, ServiceRecord } from "./records.ts";

/** A service at a moment: what a decision about its tasks is made of. */
export interface Scene {
  readonly service: ServiceRecord;
  readonly primary: DeploymentRecord;
  /** All on record. */
  readonly tasks: readonly ServiceTask[];
  /** Wanted, and not ended. */
  readonly wanted: readonly ServiceTask[];
  readonly hosts: ReadonlyMap<string, ServiceHost>;
  readonly bounds: Bounds;
  /** A deployment that failed starts nothing, and stops nothing for its own sake. */
  readonly isRolling: boolean;
  readonly isServing: (task: ServiceTask) => boolean;
  readonly isHealthy: (task: ServiceTask) => boolean;
  /** It said of itself that it is unhealthy, and is not spared any more. */
  readonly isDoomed: (task: ServiceTask) => boolean;
  readonly isProtected: (task: ServiceTask) => boolean;
  readonly now: number;
}

/** What is to be done about a service's tasks. */
export interface ServiceMoves {
  /** For the roll, for the count, or for hosts that give their tasks back. */
  readonly stops: readonly ServiceTask[];
  /** Because their health checks failed. */
  readonly unhealthy: readonly ServiceTask[];
  readonly start: number;
  readonly onHosts?: readonly string[];
  /** How many more tasks there ought to be. */
  readonly missing: number;
  /** Tasks that are to go sooner or later. */
  readonly leaving: readonly ServiceTask[];
  /** All that ought to be there is, and is healthy; nothing is to go. */
  readonly isSettled: boolean;
}

export const sceneOf = (
  service: ServiceRecord,
  primary: DeploymentRecord,
  tasks: readonly ServiceTask[],
  hosts: readonly ServiceHost[],
  settings: ServiceSettings,
  now: number,
): Scene => ({
  service,
  primary,
  tasks,
  wanted: tasks.filter(isWanted),
  hosts: new Map(hosts.map((host) => [host.id, host])),
  bounds: boundsOf(
    service.desiredCount,
    service.schedulingStrategy === "DAEMON" ? { ...service.bounds, maximumPercent: 100 } : service.bounds,
  ),
  isRolling: primary.rolloutState !== "FAILED",
  isServing,
  isHealthy: (task) => isHealthy(task, settings, now),
  isDoomed: (task) =>
    task.health === "UNHEALTHY" &&
    task.status === "RUNNING" &&
    graceEnds(task, service.healthCheckGracePeriodSeconds) <= now,
  isProtected: ({ protectedUntil = 0 }) => protectedUntil > now,
  now,
});

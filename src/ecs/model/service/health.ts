import type { ServiceSettings, ServiceTask } from "./decision.ts";

export const HEALTH_STOP_REASON = "Task failed container health checks";

/** Wanted, and not ended yet. */
export const isWanted = (task: ServiceTask): boolean => task.desired === "RUNNING" && task.status !== "STOPPED";

/** It runs and says nothing bad of itself. */
export const isServing = (task: ServiceTask): boolean =>
  isWanted(task) && task.status === "RUNNING" && task.health !== "UNHEALTHY";

/** When a task without a health check counts as healthy, in milliseconds since 1970; `undefined` where time alone makes it so not. */
export const healthyFrom = (task: ServiceTask, settings: ServiceSettings): number | undefined =>
  task.health === undefined && task.startedAt !== undefined
    ? task.startedAt + settings.healthyAfterSeconds * 1000
    : undefined;

/** It counts towards the healthy ones: by its health check, or without one by having run long enough. */
export const isHealthy = (task: ServiceTask, settings: ServiceSettings, now: number): boolean => {
  if (!isServing(task)) return false;
  const from = healthyFrom(task, settings);
  return from === undefined ? task.health === "HEALTHY" : from <= now;
};

/** When an UNHEALTHY task is no longer spared by the service's grace period. */
export const graceEnds = (task: ServiceTask, graceSeconds = 0): number => (task.startedAt ?? 0) + graceSeconds * 1000;

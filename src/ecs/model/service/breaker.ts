import type { DeploymentCircuitBreaker, ThresholdType } from "@aws-sdk/client-ecs";
import type { StopCode } from "../../../fleet/index.ts";
import type { ServiceSettings, ServiceTask } from "./decision.ts";
import { HEALTH_STOP_REASON, healthyFrom, isHealthy } from "./health.ts";
import type { StartTrouble } from "./records.ts";

const THRESHOLDS: Readonly<Record<ThresholdType, (value: number, desired: number) => number>> = {
  BOUNDED_PERCENT: (value, desired) => Math.min(200, Math.max(3, Math.ceil((desired * value) / 100))),
  UNBOUNDED_PERCENT: (value, desired) => Math.max(1, Math.ceil((desired * value) / 100)),
  COUNT: (value) => value,
};

/** How many failed tasks end a deployment: half of the desired count, but 3 to 200, where nothing else is said. */
export const breakerThreshold = (
  desiredCount: number,
  { thresholdConfiguration }: Pick<DeploymentCircuitBreaker, "thresholdConfiguration">,
): number => {
  const { type = "BOUNDED_PERCENT", value = 50 } = thresholdConfiguration ?? {};
  return THRESHOLDS[type](value, desiredCount);
};

/** Whether a task that ended so ended by itself. Hosts that go and capacity that is taken back are no fault of what runs there. */
const BY_ITSELF: Readonly<Record<StopCode, (reason: string) => boolean>> = {
  TaskFailedToStart: () => true,
  EssentialContainerExited: () => true,
  ServiceSchedulerInitiated: (reason) => reason === HEALTH_STOP_REASON,
  UserInitiated: () => false,
  SpotInterruption: () => false,
  TerminationNotice: () => false,
};

const hasFailed = ({ status, stop }: ServiceTask): boolean =>
  status === "STOPPED" && (stop === undefined || BY_ITSELF[stop.code](stop.reason));

const wasHealthy = (task: ServiceTask, settings: ServiceSettings, now: number): boolean => {
  if (task.status !== "STOPPED") return isHealthy(task, settings, now);
  const from = healthyFrom(task, settings);
  return from === undefined ? task.health === "HEALTHY" : from <= (task.stoppedAt ?? 0);
};

/**
 * What is known of a deployment's starts after a look at all its tasks on record. Each task is counted once: when it first is healthy,
 * or when it ended before.
 */
export const judge = (
  trouble: StartTrouble,
  tasks: readonly ServiceTask[],
  { resetOnHealthyTask = true }: Pick<DeploymentCircuitBreaker, "resetOnHealthyTask">,
  settings: ServiceSettings,
  now: number,
): StartTrouble => {
  const known = new Set(trouble.judged);
  const fresh = tasks.filter(({ id }) => !known.has(id));
  const proven = fresh.filter((task) => wasHealthy(task, settings, now));
  const failures = fresh.filter((task) => hasFailed(task) && !proven.includes(task));
  const before = proven.length > 0 && resetOnHealthyTask ? 0 : trouble.failedTasks;
  const isJudged = (task: ServiceTask): boolean =>
    known.has(task.id) || task.status === "STOPPED" || proven.includes(task);
  return {
    failedTasks: before + failures.length,
    ...backOff(trouble, tasks, failures, settings),
    judged: tasks.filter(isJudged).map(({ id }) => id),
  };
};

/** Tasks that were started together fail together: they are one round, and double the wait once. */
const backOff = (
  trouble: StartTrouble,
  tasks: readonly ServiceTask[],
  failures: readonly ServiceTask[],
  { backoff }: ServiceSettings,
): Pick<StartTrouble, "failedStarts" | "failedStartAt" | "nextStartAt"> => {
  const lastStart = Math.max(0, ...tasks.map(({ startedAt = 0 }) => startedAt));
  const isOver = lastStart >= (trouble.failedStartAt ?? 0);
  let rounds = isOver ? 0 : trouble.failedStarts;
  let last = isOver ? undefined : trouble.failedStartAt;
  const unstarted = failures.filter(({ startedAt, stoppedAt = 0 }) => startedAt === undefined && stoppedAt > lastStart);
  for (const { createdAt, stoppedAt = createdAt } of unstarted.sort((a, b) => a.createdAt - b.createdAt)) {
    if (last === undefined || createdAt >= last) rounds += 1;
    last = Math.max(last ?? 0, stoppedAt);
  }
  if (last === undefined) return { failedStarts: 0 };
  const waitSeconds = Math.min(backoff.longestSeconds, backoff.firstSeconds * 2 ** (rounds - 1));
  return { failedStarts: rounds, failedStartAt: last, nextStartAt: last + waitSeconds * 1000 };
};

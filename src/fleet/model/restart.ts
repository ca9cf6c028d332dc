import type { ObservedContainer } from "./container-plan.ts";
import type { ContainerState } from "./task.ts";
import type { RestartPolicy } from "./task-spec.ts";

/**
 * Whether a container whose program ended is to run again: its exit code is not ignored, and this run, which the last restart or the start
 * began, was no shorter than the attempt period. By the engine's stamps, so whoever looks decides the same.
 * Source: ECS's ContainerRestartPolicy.
 */
export const isRestartDue = (
  policy: RestartPolicy | undefined,
  { state, exitCode, startedAt, finishedAt }: ObservedContainer,
): boolean => {
  if (!policy || state !== "exited") return false;
  if (exitCode === undefined || startedAt === undefined || finishedAt === undefined) return false;
  return !policy.ignoredExitCodes.includes(exitCode) && finishedAt - startedAt >= policy.attemptPeriodSeconds * 1000;
};

/** The restart after that run on record, before the engine is asked for it: counted once, however often it is decided. */
export const withRestart = (state: ContainerState, { startedAt }: ObservedContainer): ContainerState => ({
  ...state,
  status: "RUNNING",
  ...(state.health !== undefined && { health: "UNKNOWN" }),
  ...(startedAt !== undefined && state.restartOf !== startedAt
    ? { restartCount: state.restartCount + 1, restartOf: startedAt }
    : {}),
});

import { breakerThreshold } from "./breaker.ts";
import type { ServiceTask } from "./decision.ts";
import { changed, failed, moved, primaryOf, rollbackTarget, rolledBackTo, rolloutReason } from "./deployments.ts";
import { say } from "./events.ts";
import type { DeploymentRecord, ServiceRecord } from "./records.ts";

const REASON = {
  tripped: "ECS deployment circuit breaker: tasks failed to start.",
  stopped: (id: string): string => `ECS deployment ${id} stopped.`,
  rolledBack: "Service deployment rolled back because the circuit breaker threshold was exceeded.",
  onRequest: "Service deployment rolled back because it was requested.",
  noCandidate: "No rollback candidate was found to run the rollback.",
} as const;

const hasTripped = ({ desiredCount, bounds }: ServiceRecord, { rolloutState, trouble }: DeploymentRecord): boolean =>
  rolloutState === "IN_PROGRESS" &&
  bounds.circuitBreaker?.enable === true &&
  trouble.failedTasks >= breakerThreshold(desiredCount, bounds.circuitBreaker);

/** The service after its PRIMARY deployment was given up, where the breaker or a request wants that: it stays as it is, or goes back. */
export const giveUp = (service: ServiceRecord, tasks: readonly ServiceTask[], now: number): ServiceRecord => {
  const primary = primaryOf(service);
  if (!primary) return service;
  const status = primary.serviceDeploymentStatus;
  if (status === "STOP_REQUESTED") return stayed(service, primary, REASON.stopped(primary.id), now);
  if (status === "ROLLBACK_REQUESTED") {
    return wentBack(failed(service, primary, REASON.stopped(primary.id), now), primary, REASON.onRequest, tasks, now);
  }
  if (!hasTripped(service, primary)) return service;
  const told = say(service, `(deployment ${primary.id}) deployment failed: tasks failed to start.`, now, {
    name: "SERVICE_DEPLOYMENT_FAILED",
    deployment: primary.id,
    reason: REASON.tripped,
  });
  if (!service.bounds.circuitBreaker?.rollback) return stayed(told, primary, REASON.tripped, now);
  return wentBack(failed(told, primary, REASON.tripped, now), primary, REASON.rolledBack, tasks, now);
};

/** It is FAILED and starts nothing any more; a rollback that it was has failed with it. */
const stayed = (service: ServiceRecord, primary: DeploymentRecord, reason: string, now: number): ServiceRecord => {
  const ended = changed(failed(service, primary, reason, now), primary.id, (one) => moved(one, "failed", now, reason));
  return primary.rollbackOf
    ? changed(ended, primary.rollbackOf.deployment, (one) => moved(one, "rollbackFailed", now, reason))
    : ended;
};

const wentBack = (
  service: ServiceRecord,
  primary: DeploymentRecord,
  reason: string,
  tasks: readonly ServiceTask[],
  now: number,
): ServiceRecord => {
  // What was gone back to and fails too is not gone back from: one after the other would else be tried for ever.
  if (primary.serviceDeploymentStatus === "SUCCESSFUL") return stayed(service, primary, REASON.tripped, now);
  const target = rollbackTarget(service, primary.id);
  if (!target) return changed(service, primary.id, (one) => moved(one, "withoutCandidate", now, REASON.noCandidate));
  const ended = tasks.filter(({ deployment, status }) => deployment === target.id && status === "STOPPED");
  return say(
    rolledBackTo(
      service,
      primary,
      target,
      reason,
      ended.map(({ id }) => id),
      now,
    ),
    `rolling back to deployment ${target.id}.`,
    now,
    { name: "SERVICE_DEPLOYMENT_IN_PROGRESS", deployment: target.id, reason: rolloutReason.rollingBack(target.id) },
  );
};

import type { StopServiceDeploymentStopType } from "@aws-sdk/client-ecs";
import { move } from "../../../kernel/state-table.ts";
import { tellOnly } from "./events.ts";
import type { DeploymentRecord, ServiceRecord, ServiceRevisionRecord, StartTrouble } from "./records.ts";
import { SERVICE_DEPLOYMENT_MOVES, type ServiceDeploymentEvent } from "./states.ts";

const NO_TROUBLE: StartTrouble = { failedTasks: 0, failedStarts: 0, judged: [] };

/** The deployment whose revision the service is to run. */
export const primaryOf = ({ deployments }: ServiceRecord): DeploymentRecord | undefined =>
  deployments.find(({ status }) => status === "PRIMARY");

/** What ECS says of a roll under way, and of one that is over. */
export const rolloutReason = {
  inProgress: (id: string): string => `ECS deployment ${id} in progress.`,
  completed: (id: string): string => `ECS deployment ${id} completed.`,
  rollingBack: (id: string): string => `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`,
} as const;

/** A deployment after what happened to its service deployment; as it was where the table has no such move. */
export const moved = (
  deployment: DeploymentRecord,
  event: ServiceDeploymentEvent,
  now: number,
  statusReason?: string,
): DeploymentRecord => {
  const to = move(SERVICE_DEPLOYMENT_MOVES, deployment.serviceDeploymentStatus, event);
  if (to === undefined) return deployment;
  const isOver = Object.keys(SERVICE_DEPLOYMENT_MOVES[to]).length === 0;
  return {
    ...deployment,
    serviceDeploymentStatus: to,
    updatedAt: now,
    ...(statusReason === undefined ? {} : { statusReason }),
    ...(isOver ? { finishedAt: now } : {}),
  };
};

/** The service with a deployment replaced by what `change` makes of it. */
export const changed = (
  service: ServiceRecord,
  id: string,
  change: (deployment: DeploymentRecord) => DeploymentRecord,
): ServiceRecord => ({
  ...service,
  deployments: service.deployments.map((one) => (one.id === id ? change(one) : one)),
});

/** The service rolling to another revision: that deployment is PRIMARY, the former one ACTIVE until its last task is gone. */
export const newDeployment = (
  service: ServiceRecord,
  revision: ServiceRevisionRecord,
  ids: { readonly deployment: string; readonly serviceDeployment: string },
  now: number,
): ServiceRecord => {
  const running = service.deployments.filter(({ status }) => status !== "INACTIVE");
  const deployment: DeploymentRecord = {
    id: ids.deployment,
    serviceDeploymentId: ids.serviceDeployment,
    revision: revision.id,
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: rolloutReason.inProgress(ids.deployment),
    serviceDeploymentStatus: "IN_PROGRESS",
    sources: [...new Set(running.map((one) => one.revision))],
    bounds: service.bounds,
    trouble: NO_TROUBLE,
    createdAt: now,
    updatedAt: now,
  };
  const { id } = deployment;
  const told = {
    name: "SERVICE_DEPLOYMENT_IN_PROGRESS",
    deployment: id,
    reason: rolloutReason.inProgress(id),
  } as const;
  return {
    ...tellOnly(service, told, now),
    isSteady: false,
    deployments: inOrder([
      deployment,
      ...service.deployments.map((one) => retired(moved(one, "superseded", now), now)),
    ]),
    revisions: [revision, ...service.revisions.filter((one) => one.id !== revision.id)],
  };
};

/** The service as its deletion leaves it: it wants no task any more, and is INACTIVE when the last is gone. */
export const requestDeletion = (service: ServiceRecord): ServiceRecord =>
  service.status === "ACTIVE" ? { ...service, status: "DRAINING", desiredCount: 0, isSteady: false } : service;

/** The deployment to go back to from another: the newest other one that completed successfully. */
export const rollbackTarget = ({ deployments }: ServiceRecord, from: string): DeploymentRecord | undefined =>
  deployments
    .filter(({ id, serviceDeploymentStatus }) => id !== from && serviceDeploymentStatus === "SUCCESSFUL")
    .reduce<DeploymentRecord | undefined>(
      (best, one) => (best && best.createdAt >= one.createdAt ? best : one),
      undefined,
    );

/**
 * StopServiceDeployment: the scheduler then goes back to the last deployment that completed (ROLLBACK), or leaves things as they are
 * and starts no more (ABORT). The same service where it is stopping or going back already; `undefined` where it is over.
 */
export const stopDeployment = (
  service: ServiceRecord,
  serviceDeploymentId: string,
  stopType: StopServiceDeploymentStopType,
  now: number,
): ServiceRecord | undefined => {
  const deployment = service.deployments.find((one) => one.serviceDeploymentId === serviceDeploymentId);
  if (!deployment || Object.keys(SERVICE_DEPLOYMENT_MOVES[deployment.serviceDeploymentStatus]).length === 0)
    return undefined;
  const event = stopType === "ABORT" ? "stopRequested" : "rollbackRequested";
  return changed(service, deployment.id, (one) => moved(one, event, now));
};

/** A deployment that is PRIMARY no more. */
const retired = (deployment: DeploymentRecord, now: number): DeploymentRecord => {
  if (deployment.status !== "PRIMARY") return deployment;
  const { unplaced: _, ...rest } = deployment;
  return { ...rest, status: "ACTIVE", updatedAt: now };
};

/** The deployment completed: and with it the rollback of another one that it was. */
export const completed = (service: ServiceRecord, { id, rollbackOf }: DeploymentRecord, now: number): ServiceRecord => {
  const done = changed(service, id, (one) => ({
    ...moved(one, "completed", now),
    rolloutState: "COMPLETED",
    rolloutStateReason: rolloutReason.completed(id),
    updatedAt: now,
  }));
  return rollbackOf ? changed(done, rollbackOf.deployment, (one) => moved(one, "rolledBack", now)) : done;
};

/** A deployment that is given up. It starts nothing any more. */
export const failed = (
  service: ServiceRecord,
  deployment: DeploymentRecord,
  reason: string,
  now: number,
): ServiceRecord =>
  changed(service, deployment.id, (one) => ({
    ...one,
    rolloutState: "FAILED",
    rolloutStateReason: reason,
    updatedAt: now,
  }));

/**
 * The service going back: the target, its id and its tasks as they are, is PRIMARY again. `seen` are its tasks on record that have ended:
 * they are not counted again.
 */
export const rolledBackTo = (
  service: ServiceRecord,
  from: DeploymentRecord,
  target: DeploymentRecord,
  reason: string,
  seen: readonly string[],
  now: number,
): ServiceRecord => {
  const back = changed(service, target.id, ({ unplaced: _, ...one }) => ({
    ...one,
    status: "PRIMARY",
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: rolloutReason.rollingBack(one.id),
    rollbackOf: { deployment: from.id, reason },
    trouble: { ...NO_TROUBLE, judged: seen },
    updatedAt: now,
  }));
  const left = changed(back, from.id, (one) => ({
    ...retired(moved(one, "rollingBack", now, reason), now),
    rollback: { revision: target.revision, reason, startedAt: now },
  }));
  return { ...left, isSteady: false, deployments: inOrder(left.deployments) };
};

const RANK = { PRIMARY: 0, ACTIVE: 1, INACTIVE: 1 } as const;

const inOrder = (deployments: readonly DeploymentRecord[]): DeploymentRecord[] =>
  [...deployments].sort((a, b) => RANK[a.status] - RANK[b.status] || b.createdAt - a.createdAt);

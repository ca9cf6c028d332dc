import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../../kernel/own-operation.ts";
import { breakerThreshold } from "../../model/service/breaker.ts";
import type { DeploymentRecord, ServiceRecord } from "../../model/service/records.ts";
import { protectedUntil } from "../../model/service/task-protection.ts";
import type { EcsDeps } from "../../ports.ts";
import { findCluster } from "../find-cluster.ts";
import { tasksOfDeployment } from "./as-ecs-service.ts";
import { findService } from "./find-service.ts";
import { tasksOfService } from "./tasks-of-service.ts";
import { waitsForRoom } from "./waits-for-room.ts";

const Time = Type.Integer({ description: "Milliseconds since 1970" });

const Waiting = Type.Object({
  deployment: Type.String({ description: "ecs-svc/…" }),
  failedTasks: Type.Integer({ description: "Tasks that ended before they were healthy, since the last that was" }),
  givesUpAfter: Type.Optional(
    Type.Integer({ description: "So many failed tasks end it; absent without a circuit breaker" }),
  ),
  failedStarts: Type.Integer({ description: "Rounds of starts in a row that did not come to run" }),
  nextStartAt: Type.Optional(Time),
  unplaced: Type.Optional(
    Type.Object({ reason: Type.String(), since: Time }, { description: "Placement refuses its tasks, and why" }),
  ),
  waiting: Type.Optional(
    Type.Object(
      {
        tasks: Type.Integer({ description: "So many are there and have no host yet" }),
        since: Time,
        ahead: Type.Integer({ description: "So many of others came before the first of them" }),
        reason: Type.String({ description: "What the hosts lack for that one now" }),
      },
      { description: "Tasks on Fargate and on capacity providers for which there is no room yet" },
    ),
  ),
});

const Why = Type.Object({
  service: Type.String(),
  /** PRIMARY first. */
  deployments: Type.Array(Waiting),
  protectedTasks: Type.Integer({ description: "Tasks that the scheduler must not stop yet" }),
  protectedUntil: Type.Optional(Time),
});

/** Why a service is not as it is wanted: what DescribeServices does not tell. */
export const serviceWhyOperation = (deps: EcsDeps): OwnOperation =>
  ownOperation({
    name: "ExplainService",
    summary: "What a service waits for: room, the next start after failed ones, tasks that are protected",
    method: "GET",
    path: "/clusters/{cluster}/services/{service}/why",
    params: Type.Object({ cluster: Type.String(), service: Type.String() }),
    answer: "json",
    status: 200,
    output: Why,
    async handle({ params, caller }) {
      const cluster = await findCluster(deps, params.cluster, caller);
      const { value: service } = await findService(deps, cluster, params.service, caller);
      const now = deps.clock.now();
      const tasks = await tasksOfService(deps.fleet, service);
      const ends = tasks.flatMap((task) => protectedUntil(task, now) ?? []);
      const deployments = service.deployments.filter(({ status }) => status !== "INACTIVE");
      return {
        service: service.name,
        deployments: await Promise.all(
          deployments.map(async (deployment) => ({
            ...waitingOf(service, deployment, now),
            ...(await waitsForRoom(deps.fleet, tasksOfDeployment(tasks, deployment))),
          })),
        ),
        protectedTasks: ends.length,
        ...(ends.length > 0 && { protectedUntil: Math.max(...ends) }),
      };
    },
  });

const waitingOf = (service: ServiceRecord, { id, status, trouble, unplaced }: DeploymentRecord, now: number) => {
  const { circuitBreaker } = service.bounds;
  const { nextStartAt } = trouble;
  return {
    deployment: id,
    failedTasks: trouble.failedTasks,
    ...(status === "PRIMARY" &&
      circuitBreaker && { givesUpAfter: breakerThreshold(service.desiredCount, circuitBreaker) }),
    failedStarts: trouble.failedStarts,
    ...(nextStartAt !== undefined && nextStartAt > now && { nextStartAt }),
    ...(unplaced && { unplaced }),
  };
};

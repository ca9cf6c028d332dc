import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../../kernel/own-operation.ts";
import { breakerThreshold } from "../../model/service/breaker.ts";
import type { DeploymentRecord, ServiceRecord } from "../../model/service/records.ts";
import { protectedUntil } from "../../model/service/task-protection.ts";
import type { EcsDeps } from "../../ports.ts";
import { findCluster } from "../find-cluster.ts";
import { findService } from "./find-service.ts";
import { tasksOfService } from "./tasks-of-service.ts";

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
      const ends = (await tasksOfService(deps.fleet, service)).flatMap((task) => protectedUntil(task, now) ?? []);
      return {
        service: service.name,
        deployments: service.deployments
          .filter(({ status }) => status !== "INACTIVE")
          .map((deployment) => waitingOf(service, deployment, now)),
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

import type { ServiceDeployment, ServiceDeploymentBrief, ServiceRevision } from "@aws-sdk/client-ecs";
import type { Task } from "../../../fleet/index.ts";
import { clusterArn } from "../../model/identifiers.ts";
import { breakerThreshold } from "../../model/service/breaker.ts";
import { serviceArn, serviceDeploymentArn, serviceRevisionArn } from "../../model/service/names.ts";
import type { DeploymentRecord, ServiceRecord, ServiceRevisionRecord } from "../../model/service/records.ts";
import { aboutRevision, countsOfDeployment, taskCounts } from "./as-ecs-service.ts";

/** A service deployment as ECS lists it. */
export const asEcsServiceDeploymentBrief = (
  service: ServiceRecord,
  deployment: DeploymentRecord,
): ServiceDeploymentBrief => ({
  serviceDeploymentArn: serviceDeploymentArn(service, deployment.serviceDeploymentId),
  serviceArn: serviceArn(service),
  clusterArn: clusterArn(service, service.cluster),
  createdAt: new Date(deployment.createdAt),
  startedAt: new Date(deployment.createdAt),
  ...(deployment.finishedAt === undefined ? {} : { finishedAt: new Date(deployment.finishedAt) }),
  targetServiceRevisionArn: serviceRevisionArn(service, deployment.revision),
  status: deployment.serviceDeploymentStatus,
  ...(deployment.statusReason === undefined ? {} : { statusReason: deployment.statusReason }),
});

/** A service deployment as ECS describes it; `tasks` are those of its service that are to run. */
export const asEcsServiceDeployment = (
  service: ServiceRecord,
  deployment: DeploymentRecord,
  tasks: readonly Task[],
): ServiceDeployment => {
  const { targetServiceRevisionArn: _, ...brief } = asEcsServiceDeploymentBrief(service, deployment);
  const { bounds, rollback, trouble } = deployment;
  const summaryOf = (revision: string, requestedTaskCount: number) => {
    const own = service.deployments.filter((one) => one.revision === revision);
    const counts = own.map((one) => taskCounts(countsOfDeployment(tasks, one)));
    return {
      arn: serviceRevisionArn(service, revision),
      requestedTaskCount,
      runningTaskCount: counts.reduce((sum, { runningTaskCount }) => sum + runningTaskCount, 0),
      pendingTaskCount: counts.reduce((sum, { pendingTaskCount }) => sum + pendingTaskCount, 0),
    };
  };
  return {
    ...brief,
    updatedAt: new Date(deployment.updatedAt),
    ...(deployment.serviceDeploymentStatus === "STOPPED" && deployment.finishedAt !== undefined
      ? { stoppedAt: new Date(deployment.finishedAt) }
      : {}),
    sourceServiceRevisions: deployment.sources.map((id) => summaryOf(id, 0)),
    targetServiceRevision: summaryOf(deployment.revision, deployment.status === "PRIMARY" ? service.desiredCount : 0),
    deploymentConfiguration: {
      strategy: "ROLLING",
      minimumHealthyPercent: bounds.minimumHealthyPercent,
      maximumPercent: bounds.maximumPercent,
      deploymentCircuitBreaker: bounds.circuitBreaker ?? { enable: false, rollback: false },
    },
    ...(rollback && {
      rollback: {
        reason: rollback.reason,
        startedAt: new Date(rollback.startedAt),
        serviceRevisionArn: serviceRevisionArn(service, rollback.revision),
      },
    }),
    deploymentCircuitBreaker: {
      status: breakerStatus(deployment),
      failureCount: trouble.failedTasks,
      threshold: breakerThreshold(service.desiredCount, bounds.circuitBreaker ?? {}),
    },
  };
};

const breakerStatus = ({ bounds, rolloutState }: DeploymentRecord) => {
  if (!bounds.circuitBreaker?.enable) return "DISABLED";
  return ({ IN_PROGRESS: "MONITORING", COMPLETED: "MONITORING_COMPLETE", FAILED: "TRIGGERED" } as const)[rolloutState];
};

/** A service's revision as ECS describes it. */
export const asEcsServiceRevision = (service: ServiceRecord, revision: ServiceRevisionRecord): ServiceRevision => ({
  serviceRevisionArn: serviceRevisionArn(service, revision.id),
  serviceArn: serviceArn(service),
  clusterArn: clusterArn(service, service.cluster),
  ...aboutRevision(revision),
  loadBalancers: [],
  serviceRegistries: [],
  createdAt: new Date(revision.createdAt),
});

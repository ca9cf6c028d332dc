import type { Deployment, Service, ServiceField } from "@aws-sdk/client-ecs";
import type { Task } from "../../../fleet/index.ts";
import { PLATFORM_FAMILY, PLATFORM_VERSION } from "../../model/fargate.ts";
import { clusterArn } from "../../model/identifiers.ts";
import { primaryOf } from "../../model/service/deployments.ts";
import { currentRevision } from "../../model/service/make-service.ts";
import { serviceArn, serviceDeploymentArn, serviceRevisionArn } from "../../model/service/names.ts";
import type { DeploymentRecord, ServiceRecord, ServiceRevisionRecord } from "../../model/service/records.ts";
import { isOnFargate } from "../../model/service/runs-on.ts";
import { asTagList } from "../../model/tags.ts";
import { detailsOf } from "../../model/task-details.ts";

/** Tasks that are to run: those that do, and those that will. */
interface Counts {
  readonly runningCount: number;
  readonly pendingCount: number;
}

const countsOf = (tasks: readonly Task[]): Counts => {
  const runningCount = tasks.filter(({ observed }) => observed.status === "RUNNING").length;
  const open = tasks.filter(({ observed }) => observed.status !== "STOPPED").length;
  return { runningCount, pendingCount: open - runningCount };
};

/** A service as ECS answers it; `tasks` are those of it that are to run. */
export const asEcsService = (
  service: ServiceRecord,
  tasks: readonly Task[],
  include: readonly ServiceField[] = [],
): Service => {
  const { bounds, healthCheckGracePeriodSeconds: grace } = service;
  const revision = currentRevision(service);
  const deployments = service.deployments.filter(({ status }) => status !== "INACTIVE");
  return {
    serviceArn: serviceArn(service),
    serviceName: service.name,
    clusterArn: clusterArn(service, service.cluster),
    status: service.status,
    desiredCount: service.desiredCount,
    ...countsOf(tasks),
    ...aboutRevision(revision),
    ...(revision?.platformVersion && { platformVersion: revision.platformVersion }),
    loadBalancers: [],
    serviceRegistries: [],
    deploymentConfiguration: {
      strategy: "ROLLING",
      minimumHealthyPercent: bounds.minimumHealthyPercent,
      maximumPercent: bounds.maximumPercent,
      deploymentCircuitBreaker: bounds.circuitBreaker ?? { enable: false, rollback: false },
      bakeTimeInMinutes: 0,
    },
    deployments: service.status === "INACTIVE" ? [] : deployments.map((one) => asDeployment(service, one, tasks)),
    events: service.events
      .filter(({ isUnlisted }) => !isUnlisted)
      .map(({ id, at, message }) => ({ id, createdAt: new Date(at), message })),
    createdAt: new Date(service.createdAt),
    createdBy: service.createdBy,
    ...currentOf(service, tasks),
    placementConstraints: [...service.placementConstraints],
    placementStrategy: [...service.placementStrategy],
    ...(grace === undefined ? {} : { healthCheckGracePeriodSeconds: grace }),
    schedulingStrategy: service.schedulingStrategy,
    deploymentController: { type: "ECS" },
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: false,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    tags: include.includes("TAGS") ? asTagList(service.tags) : [],
  };
};

/** Of a service's tasks those of one deployment. */
export const tasksOfDeployment = (tasks: readonly Task[], { id }: DeploymentRecord): Task[] =>
  tasks.filter((task) => detailsOf(task).startedBy === id);

const asDeployment = (service: ServiceRecord, deployment: DeploymentRecord, tasks: readonly Task[]): Deployment => {
  const revision = service.revisions.find(({ id }) => id === deployment.revision);
  const isPrimary = deployment.status === "PRIMARY";
  const counts = countsOf(tasksOfDeployment(tasks, deployment));
  return {
    id: deployment.id,
    status: deployment.status,
    // The others are to end: of them is wanted what is still there.
    desiredCount: isPrimary ? service.desiredCount : counts.runningCount + counts.pendingCount,
    ...counts,
    failedTasks: deployment.trouble.failedTasks,
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    ...aboutRevision(revision),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
};

/** What a service, a deployment and a revision tell alike of what runs; of the platform, what LATEST means. */
export const aboutRevision = (revision: ServiceRevisionRecord | undefined) => {
  if (!revision) return {};
  const { taskDefinition, launchType, capacityProviderStrategy, networkConfiguration } = revision;
  return {
    taskDefinition,
    ...(launchType && { launchType }),
    ...(capacityProviderStrategy && { capacityProviderStrategy: [...capacityProviderStrategy] }),
    ...(isOnFargate(revision) && { platformVersion: PLATFORM_VERSION, platformFamily: PLATFORM_FAMILY }),
    ...(networkConfiguration && { networkConfiguration }),
  };
};

const currentOf = (service: ServiceRecord, tasks: readonly Task[]): Partial<Service> => {
  const primary = primaryOf(service);
  if (!primary || service.status === "INACTIVE") return {};
  return {
    ...(primary.rolloutState === "IN_PROGRESS"
      ? { currentServiceDeployment: serviceDeploymentArn(service, primary.serviceDeploymentId) }
      : {}),
    currentServiceRevisions: service.deployments
      .filter(({ status }) => status !== "INACTIVE")
      .map((one) => ({
        arn: serviceRevisionArn(service, one.revision),
        requestedTaskCount: one === primary ? service.desiredCount : 0,
        ...taskCounts(countsOf(tasksOfDeployment(tasks, one))),
      })),
  };
};

/** The same counts by the names that revisions have for them. */
export const taskCounts = ({ runningCount, pendingCount }: Counts) => ({
  runningTaskCount: runningCount,
  pendingTaskCount: pendingCount,
});

export const countsOfDeployment = (tasks: readonly Task[], deployment: DeploymentRecord): Counts =>
  countsOf(tasksOfDeployment(tasks, deployment));

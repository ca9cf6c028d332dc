import type { Attribute, Task as EcsTask, TaskField } from "@aws-sdk/client-ecs";
import { clusterParts, type HostView, isInternal, type Task } from "../../fleet/index.ts";
import { type FargateDetails, PLATFORM_FAMILY, PLATFORM_VERSION } from "../model/fargate.ts";
import { taskHealth } from "../model/health.ts";
import { clusterArn, containerInstanceArn, taskArn } from "../model/identifiers.ts";
import { asTagList } from "../model/tags.ts";
import { detailsOf } from "../model/task-details.ts";
import { asEcsAttachments } from "./as-ecs-attachments.ts";
import { asEcsContainer } from "./as-ecs-container.ts";

/** A task as ECS answers it. `host` is absent where it was removed since; then nothing about it is told. */
export const asEcsTask = (task: Task, host: HostView | undefined, include: readonly TaskField[] = []): EcsTask => {
  const { name: cluster, ...scope } = clusterParts(task.cluster);
  const details = detailsOf(task);
  const { taskDefinitionArn, overrides, tags, launchType, capacityProviderName, startedBy, cpu, memory } = details;
  return {
    taskArn: taskArn(scope, cluster, task.id),
    clusterArn: clusterArn(scope, cluster),
    ...(details.fargate ? aboutFargate(task, details.fargate) : host ? aboutHost(host) : {}),
    taskDefinitionArn,
    lastStatus: task.observed.status,
    desiredStatus: task.desired,
    healthStatus: taskHealth(task),
    ...sizeOf({ cpu, memory }, task),
    containers: task.spec.containers
      .filter(({ name }) => !isInternal(name))
      .map((container) => asEcsContainer(task, container)),
    overrides: { containerOverrides: [], ...overrides },
    group: task.group,
    launchType,
    ...(capacityProviderName === undefined ? {} : { capacityProviderName }),
    ...(startedBy === undefined ? {} : { startedBy }),
    enableExecuteCommand: false,
    version: task.version,
    attachments: asEcsAttachments(task),
    tags: include.includes("TAGS") ? asTagList(tags) : [],
    ...timesOf(task),
    ...(task.stop ? { stopCode: task.stop.code, stoppedReason: task.stop.reason } : {}),
  };
};

const aboutHost = (host: HostView): Partial<EcsTask> => {
  const { name: cluster, ...scope } = clusterParts(host.cluster);
  const zone = host.attributes["ecs.availability-zone"];
  return {
    containerInstanceArn: containerInstanceArn(scope, cluster, host.instanceId),
    ...(zone === undefined ? {} : { availabilityZone: zone }),
    attributes: architectureOf(host),
    connectivity: host.health === "CONNECTED" ? "CONNECTED" : "DISCONNECTED",
  };
};

/** Nothing of the machines that Fargate's tasks run on is told. */
const aboutFargate = (
  { network, observed }: Task,
  { ephemeralStorageGiB, architecture }: FargateDetails,
): Partial<EcsTask> => ({
  ...(network && { availabilityZone: network.zone }),
  attributes: [{ name: "ecs.cpu-architecture", value: architecture.toLowerCase() }],
  ...(observed.pullStartedAt === undefined ? {} : { connectivity: "CONNECTED" }),
  platformVersion: PLATFORM_VERSION,
  platformFamily: PLATFORM_FAMILY,
  ephemeralStorage: { sizeInGiB: ephemeralStorageGiB },
  fargateEphemeralStorage: { sizeInGiB: ephemeralStorageGiB },
});

const architectureOf = ({ attributes }: HostView): Attribute[] => {
  const value = attributes["ecs.cpu-architecture"];
  return value === undefined ? [] : [{ name: "ecs.cpu-architecture", value }];
};

/** The task's own size, or what its containers add up to, as ECS shows tasks without one. */
const sizeOf = ({ cpu, memory }: { cpu: string | undefined; memory: string | undefined }, { spec }: Task) => ({
  cpu: cpu ?? String(spec.reserve.cpuUnits),
  memory: memory ?? String(spec.reserve.memoryMiB),
});

const TIMES = ["pullStartedAt", "pullStoppedAt", "startedAt", "executionStoppedAt", "stoppedAt"] as const;

const timesOf = (task: Task): Partial<EcsTask> => ({
  createdAt: new Date(task.createdAt),
  connectivityAt: new Date(task.createdAt),
  ...(task.stop ? { stoppingAt: new Date(task.stop.at) } : {}),
  ...Object.fromEntries(
    TIMES.flatMap((name) => {
      const at = task.observed[name];
      return at === undefined ? [] : [[name, new Date(at)]];
    }),
  ),
});

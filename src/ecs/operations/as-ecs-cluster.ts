import type { Cluster, ClusterField } from "@aws-sdk/client-ecs";
import type { HostView } from "../../fleet/index.ts";
import { withZeros } from "../model/capacity.ts";
import { clusterArn } from "../model/identifiers.ts";
import type { ClusterRecord } from "../model/records.ts";
import { currentRevision } from "../model/service/make-service.ts";
import type { ServiceRecord } from "../model/service/records.ts";
import { isOnFargate } from "../model/service/runs-on.ts";
import { asTagList } from "../model/tags.ts";

import type { ClusterTasks } from "./cluster-tasks.ts";

export const ALL_CLUSTER_FIELDS: readonly ClusterField[] = [
  "ATTACHMENTS",
  "CONFIGURATIONS",
  "SETTINGS",
  "STATISTICS",
  "TAGS",
];

/** A cluster as ECS answers it: its hosts, tasks, and services that are not INACTIVE counted, and what `include` asks for. */
export const asEcsCluster = (
  cluster: ClusterRecord,
  hosts: readonly HostView[],
  tasks: ClusterTasks,
  services: readonly ServiceRecord[],
  include: readonly ClusterField[],
): Cluster => {
  const given = <T>(field: ClusterField, value: T, otherwise: T): T => (include.includes(field) ? value : otherwise);
  return {
    clusterArn: clusterArn(cluster, cluster.name),
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: hosts.filter(({ state }) => state !== "INACTIVE").length,
    runningTasksCount: tasks.runningEC2 + tasks.runningFargate,
    pendingTasksCount: tasks.pendingEC2 + tasks.pendingFargate,
    activeServicesCount: services.filter(({ status }) => status === "ACTIVE").length,
    statistics: given("STATISTICS", statistics(tasks, services), []),
    tags: given("TAGS", asTagList(cluster.tags), []),
    settings: given("SETTINGS", [...cluster.settings], []),
    ...(cluster.configuration ? given("CONFIGURATIONS", { configuration: cluster.configuration }, {}) : {}),
    capacityProviders: [...(cluster.capacityProviders ?? [])],
    defaultCapacityProviderStrategy: (cluster.defaultCapacityProviderStrategy ?? []).map(withZeros),
  };
};

/** A service is one of Fargate where its revision runs there. */
const servicesOf = (
  services: readonly ServiceRecord[],
  kind: "EC2" | "FARGATE",
  asked: ServiceRecord["status"],
): number =>
  services.filter((service) => service.status === asked && (runsOnFargate(service) ? "FARGATE" : "EC2") === kind)
    .length;

const runsOnFargate = (service: ServiceRecord): boolean => isOnFargate(currentRevision(service) ?? {});

const statistics = (tasks: ClusterTasks, services: readonly ServiceRecord[]) =>
  Object.entries({
    runningEC2TasksCount: tasks.runningEC2,
    runningFargateTasksCount: tasks.runningFargate,
    pendingEC2TasksCount: tasks.pendingEC2,
    pendingFargateTasksCount: tasks.pendingFargate,
    activeEC2ServiceCount: servicesOf(services, "EC2", "ACTIVE"),
    activeFargateServiceCount: servicesOf(services, "FARGATE", "ACTIVE"),
    drainingEC2ServiceCount: servicesOf(services, "EC2", "DRAINING"),
    drainingFargateServiceCount: servicesOf(services, "FARGATE", "DRAINING"),
  }).map(([name, value]) => ({ name, value: String(value) }));

import type { Cluster, ClusterField } from "@aws-sdk/client-ecs";
import type { HostView } from "../../fleet/index.ts";
import { withZeros } from "../model/capacity.ts";
import { clusterArn } from "../model/identifiers.ts";
import type { ClusterRecord } from "../model/records.ts";
import { currentRevision } from "../model/service/make-service.ts";
import type { ServiceRecord } from "../model/service/records.ts";
import { isOnFargate } from "../model/service/runs-on.ts";
import { asTagList } from "../model/tags.ts";

export const ALL_CLUSTER_FIELDS: readonly ClusterField[] = [
  "ATTACHMENTS",
  "CONFIGURATIONS",
  "SETTINGS",
  "STATISTICS",
  "TAGS",
];

/** A cluster as ECS answers it: counts from the ledgers of its hosts, of its services that are not INACTIVE, and what `include` asks for. */
export const asEcsCluster = (
  cluster: ClusterRecord,
  hosts: readonly HostView[],
  services: readonly ServiceRecord[],
  include: readonly ClusterField[],
): Cluster => {
  const running = sum(hosts.map(({ ledger }) => ledger.runningTasks));
  const pending = sum(hosts.map(({ ledger }) => ledger.pendingTasks));
  const given = <T>(field: ClusterField, value: T, otherwise: T): T => (include.includes(field) ? value : otherwise);
  return {
    clusterArn: clusterArn(cluster, cluster.name),
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: hosts.filter(({ state }) => state !== "INACTIVE").length,
    runningTasksCount: running,
    pendingTasksCount: pending,
    activeServicesCount: services.filter(({ status }) => status === "ACTIVE").length,
    statistics: given("STATISTICS", statistics(running, pending, services), []),
    tags: given("TAGS", asTagList(cluster.tags), []),
    settings: given("SETTINGS", [...cluster.settings], []),
    ...(cluster.configuration ? given("CONFIGURATIONS", { configuration: cluster.configuration }, {}) : {}),
    capacityProviders: [...(cluster.capacityProviders ?? [])],
    defaultCapacityProviderStrategy: (cluster.defaultCapacityProviderStrategy ?? []).map(withZeros),
  };
};

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

/** A service is one of Fargate where its revision runs there. */
const servicesOf = (
  services: readonly ServiceRecord[],
  kind: "EC2" | "FARGATE",
  asked: ServiceRecord["status"],
): number =>
  services.filter((service) => service.status === asked && (runsOnFargate(service) ? "FARGATE" : "EC2") === kind)
    .length;

const runsOnFargate = (service: ServiceRecord): boolean => isOnFargate(currentRevision(service) ?? {});

const statistics = (running: number, pending: number, services: readonly ServiceRecord[]) =>
  Object.entries({
    runningEC2TasksCount: running,
    runningFargateTasksCount: 0,
    pendingEC2TasksCount: pending,
    pendingFargateTasksCount: 0,
    activeEC2ServiceCount: servicesOf(services, "EC2", "ACTIVE"),
    activeFargateServiceCount: servicesOf(services, "FARGATE", "ACTIVE"),
    drainingEC2ServiceCount: servicesOf(services, "EC2", "DRAINING"),
    drainingFargateServiceCount: servicesOf(services, "FARGATE", "DRAINING"),
  }).map(([name, value]) => ({ name, value: String(value) }));

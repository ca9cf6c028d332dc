import type { CapacityProviderStrategyItem, Cluster, ClusterField } from "@aws-sdk/client-ecs";
import type { HostView } from "../../fleet/index.ts";
import { clusterArn } from "../model/identifiers.ts";
import type { ClusterRecord } from "../model/records.ts";
import { asTagList } from "../model/tags.ts";

export const ALL_CLUSTER_FIELDS: readonly ClusterField[] = [
  "ATTACHMENTS",
  "CONFIGURATIONS",
  "SETTINGS",
  "STATISTICS",
  "TAGS",
];

/** A cluster as ECS answers it: counts from the ledgers of its hosts, and what `include` asks for. */
export const asEcsCluster = (
  cluster: ClusterRecord,
  hosts: readonly HostView[],
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
    // Services come with an issue of their own; until then there cannot be one.
    activeServicesCount: 0,
    statistics: given("STATISTICS", statistics(running, pending), []),
    tags: given("TAGS", asTagList(cluster.tags), []),
    settings: given("SETTINGS", [...cluster.settings], []),
    ...(cluster.configuration ? given("CONFIGURATIONS", { configuration: cluster.configuration }, {}) : {}),
    capacityProviders: [...(cluster.capacityProviders ?? [])],
    defaultCapacityProviderStrategy: (cluster.defaultCapacityProviderStrategy ?? []).map(withZeros),
  };
};

/** Weight and base are told even where they were not given. */
export const withZeros = ({ capacityProvider, weight = 0, base = 0 }: CapacityProviderStrategyItem) => ({
  capacityProvider,
  weight,
  base,
});

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

const statistics = (running: number, pending: number) =>
  Object.entries({
    runningEC2TasksCount: running,
    runningFargateTasksCount: 0,
    pendingEC2TasksCount: pending,
    pendingFargateTasksCount: 0,
    activeEC2ServiceCount: 0,
    activeFargateServiceCount: 0,
    drainingEC2ServiceCount: 0,
    drainingFargateServiceCount: 0,
  }).map(([name, value]) => ({ name, value: String(value) }));

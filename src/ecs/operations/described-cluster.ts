import type { Cluster, ClusterField } from "@aws-sdk/client-ecs";
import { clusterId } from "../../fleet/index.ts";
import type { ClusterRecord } from "../model/records.ts";
import type { EcsDeps } from "../ports.ts";
import { ALL_CLUSTER_FIELDS, asEcsCluster } from "./as-ecs-cluster.ts";
import { countTasks } from "./cluster-tasks.ts";
import { clusterServices } from "./service/cluster-services.ts";

/** A cluster as ECS answers it, with its hosts, tasks and services counted. */
export const describedCluster = async (
  deps: Pick<EcsDeps, "fleet" | "services">,
  cluster: ClusterRecord,
  include: readonly ClusterField[] = ALL_CLUSTER_FIELDS,
): Promise<Cluster> => {
  const [hosts, services] = await Promise.all([
    deps.fleet.hosts(clusterId(cluster, cluster.name)),
    clusterServices(deps, cluster),
  ]);
  return asEcsCluster(
    cluster,
    hosts,
    await countTasks(deps.fleet, cluster, hosts),
    services.map(({ value }) => value),
    include,
  );
};

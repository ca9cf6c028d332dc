import { clusterId } from "../../fleet/index.ts";
import type { Scope } from "../../kernel/scope.ts";
import { ClusterNotFoundException } from "../model/errors.ts";
import { clusterName } from "../model/identifiers.ts";
import type { ClusterRecord } from "../model/records.ts";
import type { EcsStores } from "../ports.ts";

/** The cluster of that name or ARN, `default` where absent, whatever its status. Throws InvalidParameterException. */
export const lookUpCluster = async (
  { clusters }: Pick<EcsStores, "clusters">,
  reference: string | undefined,
  scope: Scope,
): Promise<ClusterRecord | undefined> => {
  const [stored] = await clusters.get([clusterId(scope, clusterName(reference, scope))]);
  return stored?.value;
};

/** The ACTIVE cluster of that name or ARN, `default` where absent. Throws ClusterNotFoundException, InvalidParameterException. */
export const findCluster = async (
  stores: Pick<EcsStores, "clusters">,
  reference: string | undefined,
  scope: Scope,
): Promise<ClusterRecord> => {
  const cluster = await lookUpCluster(stores, reference, scope);
  if (cluster?.status !== "ACTIVE") throw new ClusterNotFoundException();
  return cluster;
};

import type { Stored } from "../../../kernel/records.ts";
import type { ClusterRecord } from "../../model/records.ts";
import type { ServiceRecord } from "../../model/service/records.ts";
import { SERVICE_TERM } from "../../model/store-keys.ts";
import type { EcsStores } from "../../ports.ts";

/** A cluster's services that are not INACTIVE, by name. */
export const clusterServices = async (
  { services }: Pick<EcsStores, "services">,
  cluster: ClusterRecord,
): Promise<Stored<ServiceRecord>[]> => {
  const found = ["ACTIVE", "DRAINING"].map((status) =>
    services.find([SERVICE_TERM.clusterStatus(cluster, cluster.name, status)]),
  );
  const ids = (await Promise.all(found)).flat().sort();
  return (await services.get(ids)).flatMap((one) => one ?? []);
};

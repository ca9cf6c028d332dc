import type { ClusterView } from "../model/cluster-view.ts";
import type { PlacementRequest } from "../model/placement.ts";
import type { HostStore } from "../ports.ts";

/** The hosts of a request's cluster, or of Fargate, as they are now, with all that placement looks at for it. */
export const viewOf = async (
  store: HostStore,
  { capacity, cluster, spec }: Pick<PlacementRequest, "capacity" | "cluster" | "spec">,
): Promise<ClusterView> => {
  const home = capacity ?? cluster;
  const all = await store.list();
  const hosts = all.filter((host) => host.cluster === home);
  const engines = new Set(hosts.map((host) => host.engineId));
  return {
    hosts,
    neighbours: all.filter((host) => host.cluster !== home && engines.has(host.engineId)),
    enginePorts: await store.enginePorts([...engines]),
    engineAddresses: spec.networkMode === "awsvpc" ? await store.engineAddresses([...engines]) : {},
  };
};

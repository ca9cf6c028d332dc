import type { ClusterView } from "../model/cluster-view.ts";
import type { ClusterId } from "../model/ids.ts";
import type { HostStore } from "../ports.ts";

/** The hosts of a cluster, or of Fargate, as they are now, with all that placement looks at. */
export const viewOf = async (store: HostStore, capacity: ClusterId): Promise<ClusterView> => {
  const all = await store.list();
  const hosts = all.filter((host) => host.cluster === capacity);
  const engines = new Set(hosts.map((host) => host.engineId));
  return {
    hosts,
    neighbours: all.filter((host) => host.cluster !== capacity && engines.has(host.engineId)),
    enginePorts: await store.enginePorts([...engines]),
    engineAddresses: await store.engineAddresses([...engines]),
  };
};

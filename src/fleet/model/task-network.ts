import type { HostView } from "./host.ts";
import type { ClusterId } from "./ids.ts";
import type { Task, TaskNetwork } from "./task.ts";

/** The network of a cluster on a host's engine. */
export interface OwnedNetwork {
  readonly owner: ClusterId;
  /** As another host of that engine has it; absent where it is the host's own. */
  readonly lent?: Required<Pick<TaskNetwork, "subnet">> & { readonly routed: boolean };
}

type Lan = Omit<TaskNetwork, "address" | "zone">;

/**
 * The network in which a task of a cluster would have its address on a host: where that is no host of the cluster, one of Fargate, the network that
 * the cluster's own hosts have on the same engine, so that its tasks meet. Without any, the host's. `undefined`: there is none yet.
 */
export const lanOn = (host: HostView, cluster: ClusterId, neighbours: readonly HostView[]): Lan | undefined => {
  const lender =
    host.cluster === cluster
      ? undefined
      : neighbours.find((one) => one.cluster === cluster && one.engineId === host.engineId && one.network);
  if (lender?.network !== undefined)
    return { subnet: lender.network, lentBy: cluster, ...(lender.subnet !== undefined && { routed: true }) };
  return host.network === undefined ? undefined : { subnet: host.network };
};

/** Whose network a task is in: the one that it has its address in, else that of the host it runs on. */
export const networkOf = ({
  capacity,
  cluster,
  network,
}: Pick<Task, "capacity" | "cluster" | "network">): OwnedNetwork =>
  network?.lentBy === undefined
    ? { owner: capacity ?? cluster }
    : { owner: network.lentBy, lent: { subnet: network.subnet, routed: network.routed === true } };

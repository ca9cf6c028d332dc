import type { HostView } from "../model/host.ts";
import { EngineUnreachableError } from "../ports.ts";
import type { FleetDeps } from "./deps.ts";
import type { HeldLease } from "./held-lease.ts";
import type { ClusterNetworks } from "./networks.ts";
import { retryAfterMs } from "./retry-after.ts";

/**
 * Makes the network of a host's cluster, and puts on record in which subnet its tasks can have addresses. Resolves after the first try; where the
 * engine could not, it is tried on beside all else until the signal aborts: only tasks in mode awsvpc wait for it. Throws EngineUnreachableError.
 */
export const recordNetwork = async (
  deps: FleetDeps,
  networks: ClusterNetworks,
  host: HostView,
  lease: HeldLease,
  signal: AbortSignal,
): Promise<void> => {
  const isRecorded = async (): Promise<boolean> => {
    const network = await networks.ensure({ owner: host.cluster });
    await deps.hosts.setNetwork(host.id, lease.epoch, network, deps.clock.now());
    if (network === undefined) networks.forget({ owner: host.cluster });
    return network !== undefined;
  };
  const tryOn = async (): Promise<void> => {
    for (let before = 0; await deps.timers.wait(retryAfterMs(before), signal); before += 1)
      // An engine out of reach ends the session by other ways.
      if (await isRecorded().catch(() => false)) return;
  };
  try {
    if (await isRecorded()) return;
    deps.log.warn({ host: host.id }, "tasks have no addresses on this host while its cluster's old network is in use");
  } catch (error) {
    if (error instanceof EngineUnreachableError) throw error;
    deps.log.warn({ err: error, host: host.id }, "could not make the cluster's network, tries again");
  }
  void tryOn();
};

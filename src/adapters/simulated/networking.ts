import type { ContainerPlan } from "../../fleet/model/container-plan.ts";
import { EngineError } from "../../fleet/ports.ts";
import type { SimulatedContainer } from "./container.ts";

const BUILT_IN_NETWORKS: ReadonlySet<string> = new Set(["bridge", "default", "host", "none"]);
const ANOTHERS = "container:";

/** Throws EngineError, as Docker does, where a container cannot be joined to its network as it starts. */
export const joinNetwork = (
  { network, address }: ContainerPlan,
  containers: Iterable<SimulatedContainer>,
  hasNetwork: (name: string) => boolean,
): void => {
  const running = [...containers].filter(({ state }) => state === "running");
  if (network.startsWith(ANOTHERS)) {
    const name = network.slice(ANOTHERS.length);
    if (!running.some(({ plan }) => plan.name === name))
      throw new EngineError(409, `cannot join network of a non running container: ${name}`);
    return;
  }
  if (!BUILT_IN_NETWORKS.has(network) && !hasNetwork(network))
    throw new EngineError(404, `network ${network} not found`);
  if (address !== undefined && running.some(({ plan }) => plan.network === network && plan.address === address))
    throw new EngineError(403, "Address already in use");
};

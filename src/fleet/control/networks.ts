import { createHash } from "node:crypto";
import type { ClusterId } from "../model/ids.ts";
import { LABEL, networkName } from "../model/names.ts";
import { type ContainerEngine, EngineError } from "../ports.ts";

/** The /24s of a network like `10.42.0.0/16`, starting at one that the name chooses. */
export const subnetsFor = (name: string, network: string): string[] => {
  const [address = "", bits = ""] = network.split("/");
  const [a = 0, b = 0, c = 0] = address.split(".").map(Number);
  const base = (a << 16) | (b << 8) | c;
  const count = 2 ** Math.max(0, 24 - Number(bits));
  const start = createHash("sha256").update(name).digest().readUInt32BE(0) % count;
  return Array.from({ length: count }, (_, step) => {
    const block = base + ((start + step) % count);
    return `${(block >>> 16) & 255}.${(block >>> 8) & 255}.${block & 255}.0/24`;
  });
};

/** The networks of clusters on one engine. */
export interface ClusterNetworks {
  /** Makes a cluster's network at its first use; later ones do not ask the engine again. */
  ensure(cluster: ClusterId): Promise<void>;
  /** It is not there any more: somebody removed it while nothing ran in it. */
  forget(cluster: ClusterId): void;
}

export const clusterNetworks = (engine: ContainerEngine, installation: string, network: string): ClusterNetworks => {
  const madeByCluster = new Map<ClusterId, Promise<void>>();
  return {
    async ensure(cluster) {
      const made = madeByCluster.get(cluster) ?? makeClusterNetwork(engine, installation, cluster, network);
      madeByCluster.set(cluster, made);
      await made.catch((error: unknown) => {
        madeByCluster.delete(cluster);
        throw error;
      });
    },
    forget: (cluster) => void madeByCluster.delete(cluster),
  };
};

/** Whether an engine refused to start a container because its network is gone: Docker asks for it only then. */
export const isNetworkMissing = (error: unknown): boolean =>
  error instanceof EngineError && error.status === 404 && /network \S+ not found/i.test(error.message);

/** On the first /24 that the engine has free. */
const makeClusterNetwork = async (
  engine: ContainerEngine,
  installation: string,
  cluster: ClusterId,
  network: string,
): Promise<void> => {
  const name = networkName(installation, cluster);
  const labels = { [LABEL.installation]: installation, [LABEL.cluster]: cluster };
  for (const subnet of subnetsFor(name, network)) {
    try {
      return await engine.ensureNetwork({ name, subnet, labels });
    } catch (error) {
      // The engine itself knows best what is taken: by other networks, routes, and other Berths.
      if (!(error instanceof EngineError) || !/overlap/i.test(error.message)) throw error;
    }
  }
  throw new Error(`no /24 of ${network} is free for network ${name}`);
};

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

/** Makes a cluster's network on an engine, on the first /24 that the engine has free. */
export const ensureClusterNetwork = async (
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

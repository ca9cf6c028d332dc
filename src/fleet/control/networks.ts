import { createHash } from "node:crypto";
import { LABEL, networkName } from "../model/names.ts";
import type { EngineNetwork, NetworkSpec } from "../model/network.ts";
import { engineRange } from "../model/subnet.ts";
import type { OwnedNetwork } from "../model/task-network.ts";
import { type ContainerEngine, EngineError } from "../ports.ts";

/** The /24s of a network like `10.42.0.0/16`, starting at one that the name chooses. */
const subnetsFor = (name: string, network: string): string[] => {
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
  /**
   * Makes a cluster's network at its first use; later ones do not ask the engine again. Answers its subnet; `undefined`: it is one in which
   * the engine may give any address to any container, so that none can be promised to a task.
   */
  ensure(network: OwnedNetwork): Promise<string | undefined>;
  /** It is not there any more: somebody removed it while nothing ran in it. */
  forget(network: OwnedNetwork): void;
}

/** What a cluster's network on an engine may be made of. */
export interface NetworkChoice {
  /** Where its /24 is cut from, `10.42.0.0/16`. */
  readonly network: string;
  /** Addresses that are routed to the engine: they are its network then, and leave it unchanged. */
  readonly subnet?: string | undefined;
  /** The subnet that it had before, to be had again: tasks may hold addresses in it. */
  readonly known?: string | undefined;
}

export const clusterNetworks = (
  engine: ContainerEngine,
  installation: string,
  choice: NetworkChoice,
): ClusterNetworks => {
  const madeByKey = new Map<string, Promise<string | undefined>>();
  return {
    async ensure(network) {
      const { owner } = network;
      const name = networkName(installation, owner);
      const labels = { [LABEL.installation]: installation, [LABEL.cluster]: owner };
      const key = keyOf(network);
      const made =
        madeByKey.get(key) ?? makeNetwork(engine, wantedNetworks({ name, labels }, choiceFor(network, choice)));
      madeByKey.set(key, made);
      return await made.catch((error: unknown) => {
        madeByKey.delete(key);
        throw error;
      });
    },
    forget: (network) => void madeByKey.delete(keyOf(network)),
  };
};

const keyOf = ({ owner, lent }: OwnedNetwork): string => `${owner} ${lent?.subnet ?? ""}`;

const choiceFor = ({ lent }: OwnedNetwork, own: NetworkChoice): NetworkChoice =>
  lent ? { network: own.network, subnet: lent.routed ? lent.subnet : undefined, known: lent.subnet } : own;

type WantedNetwork = Required<NetworkSpec>;

/** What the network may be, the first choice first. */
const wantedNetworks = (
  named: Pick<NetworkSpec, "name" | "labels">,
  { network, subnet, known }: NetworkChoice,
): WantedNetwork[] => {
  const cut = subnetsFor(named.name, network);
  const subnets = subnet === undefined ? [...cut.filter((one) => one === known), ...cut] : [subnet];
  return subnets.map((one) => ({ ...named, subnet: one, range: engineRange(one), routed: subnet !== undefined }));
};

/** Whether an engine refused to start a container because its network is gone: Docker asks for it only then. */
export const isNetworkMissing = (error: unknown): boolean =>
  error instanceof EngineError && error.status === 404 && /network \S+ not found/i.test(error.message);

/** The first one that the engine has free. */
const makeNetwork = async (engine: ContainerEngine, choices: readonly WantedNetwork[]): Promise<string | undefined> => {
  for (const wanted of choices) {
    try {
      const found = await engine.ensureNetwork(wanted);
      if (serves(found, wanted)) return found.subnet;
      // One that an older Berth made, or that was declared otherwise, is made anew, unless something runs in it.
      return (await isRemoved(engine, wanted.name)) ? (await engine.ensureNetwork(wanted)).subnet : undefined;
    } catch (error) {
      // The engine itself knows best what is taken: by other networks, routes, and other Berths.
      if (!(error instanceof EngineError) || !/overlap/i.test(error.message)) throw error;
    }
  }
  throw new Error(`the engine has no room for network ${choices[0]?.name}: its addresses are taken`);
};

/** Whether the engine keeps to its half of the addresses of a network, which is a routed one if it should be. */
const serves = ({ subnet, range, routed }: EngineNetwork, wanted: WantedNetwork): boolean =>
  subnet !== undefined &&
  range === engineRange(subnet) &&
  routed === wanted.routed &&
  (!routed || subnet === wanted.subnet);

const isRemoved = (engine: ContainerEngine, name: string): Promise<boolean> =>
  engine.removeNetwork(name).then(
    () => true,
    (error: unknown) => {
      if (error instanceof EngineError) return false;
      throw error;
    },
  );

import type { NetworkSpec } from "../../fleet/model/network.ts";
import { type ContainerEngine, EngineError } from "../../fleet/ports.ts";
import type { FaultGate } from "./faults.ts";

type Labels = Readonly<Record<string, string>>;
type ShelfVerbs = Pick<
  ContainerEngine,
  "ensureNetwork" | "ensureVolume" | "removeVolume" | "removeNetwork" | "listVolumes" | "listNetworks"
>;

export const includesLabels = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

const found = (shelf: ReadonlyMap<string, { readonly labels: Labels }>, wanted: Labels) =>
  [...shelf].filter(([, { labels }]) => includesLabels(labels, wanted)).map(([name, { labels }]) => ({ name, labels }));

/** Volumes and networks of a simulated engine: names with labels. `isUsed` says whether a network still has containers. */
export const shelfVerbs = (gate: FaultGate, isUsed: (network: string) => boolean) => {
  const volumes = new Map<string, { readonly labels: Labels }>();
  const networks = new Map<string, NetworkSpec>();
  const verbs: ShelfVerbs = {
    ensureNetwork: (spec) =>
      gate.pass("ensureNetwork", () => {
        const { subnet, range, routed = false } = networks.get(spec.name) ?? spec;
        if (!networks.has(spec.name)) networks.set(spec.name, spec);
        return { subnet, range, routed };
      }),
    ensureVolume: ({ name, labels }) =>
      gate.pass("ensureVolume", () => void (volumes.has(name) || volumes.set(name, { labels }))),
    removeVolume: (name) => gate.pass("removeVolume", () => void volumes.delete(name)),
    removeNetwork: (name) =>
      gate.pass("removeNetwork", () => {
        if (isUsed(name))
          throw new EngineError(403, `error while removing network: network ${name} has active endpoints`);
        networks.delete(name);
      }),
    listVolumes: (labels) => gate.pass("listVolumes", () => found(volumes, labels)),
    listNetworks: (labels) => gate.pass("listNetworks", () => found(networks, labels)),
  };
  return { verbs, hasNetwork: (name: string) => networks.has(name) };
};

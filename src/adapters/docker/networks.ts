import { setTimeout as pause } from "node:timers/promises";
import type { EngineNetwork } from "../../fleet/model/network.ts";
import { type ContainerEngine, EngineError } from "../../fleet/ports.ts";
import type { Ask } from "./ask.ts";
import { labelFilters } from "./labels.ts";

type NetworkVerbs = Pick<ContainerEngine, "ensureNetwork" | "removeNetwork" | "listNetworks">;

interface DockerNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Options?: Readonly<Record<string, string>> | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string; readonly IPRange?: string }[] | null };
}

const WITHIN_MS = 60_000;

/** Docker reserves a network's addresses a moment before it shows its name: whoever comes second is refused, and looks again after these. */
const LOOK_AGAIN_MS = [0, 100, 200, 400, 800, 1_600, 3_200];
const TAKEN: ReadonlySet<number> = new Set([403, 409]);

const namesakes = async (ask: Ask, name: string): Promise<DockerNetwork[]> => {
  const filters = JSON.stringify({ name: [name] });
  const found = await ask.answer<DockerNetwork[]>({ method: "GET", path: "/networks", query: { filters } });
  // Docker's filter also finds names that merely contain it.
  return found.filter(({ Name }) => Name === name).sort((a, b) => (a.Created + a.Id < b.Created + b.Id ? -1 : 1));
};

/** The network if it is there after all: another call was faster. */
const appears = async (ask: Ask, name: string): Promise<DockerNetwork | undefined> => {
  for (const ms of LOOK_AGAIN_MS) {
    await pause(ms);
    const [found] = await namesakes(ask, name);
    if (found) return found;
  }
  return undefined;
};

/** Without it packets that leave the machine keep the container's address. */
const MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";

const settingsOf = ({ IPAM, Options }: DockerNetwork): EngineNetwork => ({
  subnet: IPAM?.Config?.[0]?.Subnet,
  range: IPAM?.Config?.[0]?.IPRange,
  routed: Options?.[MASQUERADE] === "false",
});

const removeNetwork = async (ask: Ask, name: string): Promise<void> => {
  const path = `/networks/${encodeURIComponent(name)}`;
  await ask.answer({ method: "DELETE", path, fine: [404], withinMs: WITHIN_MS });
};

const ensureNetwork = async (
  ask: Ask,
  { name, subnet, range, routed = false, labels }: Parameters<NetworkVerbs["ensureNetwork"]>[0],
): Promise<EngineNetwork> => {
  const [known] = await namesakes(ask, name);
  if (known) return settingsOf(known);
  const config = { Subnet: subnet, ...(range !== undefined && { IPRange: range }) };
  const body = {
    Name: name,
    CheckDuplicate: true,
    Driver: "bridge",
    Labels: labels,
    ...(routed && { Options: { [MASQUERADE]: "false" } }),
    ...(subnet === undefined ? {} : { IPAM: { Driver: "default", Config: [config] } }),
  };
  try {
    await ask.answer({ method: "POST", path: "/networks/create", body, withinMs: WITHIN_MS });
  } catch (error) {
    const other = error instanceof EngineError && TAKEN.has(error.status) && (await appears(ask, name));
    if (other) return settingsOf(other);
    throw error;
  }
  // CheckDuplicate is best effort: two at once may both succeed, and the name is then ambiguous. All agree on the oldest.
  const [oldest, ...later] = await namesakes(ask, name);
  for (const { Id } of later) await removeNetwork(ask, Id);
  if (!oldest) throw new Error(`network ${name} was removed while it was being made`);
  return settingsOf(oldest);
};

/** The verbs about networks: bridges of the engine. */
export const networkVerbs = (ask: Ask): NetworkVerbs => ({
  ensureNetwork: (network) => ensureNetwork(ask, network),
  removeNetwork: (name) => removeNetwork(ask, name),
  async listNetworks(labels) {
    const query = { filters: labelFilters(labels) };
    const found = await ask.answer<DockerNetwork[]>({ method: "GET", path: "/networks", query });
    return found.map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
  },
});

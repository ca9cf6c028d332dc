import type { HostLedger, HostView } from "./host.ts";
import type { EngineId } from "./ids.ts";
import { type PortClaim, portKey } from "./ports.ts";
import { type Resources, subtractResources } from "./resources.ts";

/** Ports as they are held: `tcp/8080` → the task that holds it. */
export type HeldPorts = Readonly<Record<string, string>>;

/** Addresses of tasks as they are held: `10.42.7.130` → the task that holds it. */
export type HeldAddresses = Readonly<Record<string, string>>;

/** A snapshot to place on. Placement reads it and nothing else. */
export interface ClusterView {
  /** Every host of the request's cluster, whatever its state. */
  readonly hosts: readonly HostView[];
  /** Hosts of other clusters on engines that these share: their ports count, and the network that they may lend. */
  readonly neighbours: readonly HostView[];
  /** Ports held in network mode host (claims with space `engine`), by engine, whoever's host they were placed on. */
  readonly enginePorts: Readonly<Partial<Record<EngineId, HeldPorts>>>;
  /** Addresses held in the networks of clusters, by engine. */
  readonly engineAddresses: Readonly<Partial<Record<EngineId, HeldAddresses>>>;
}

/** What one task takes of the host it is placed on. */
export interface Taking {
  readonly reserve: Resources;
  readonly group: string;
  readonly claims: readonly PortClaim[];
  readonly address?: string | undefined;
  /** Who holds the ports: a task, or words that stand for one not made yet. */
  readonly holder: string;
}

/** How many tasks of a group, with desiredStatus RUNNING, a host has. */
export const tasksOfGroup = ({ ledger }: Pick<HostView, "ledger">, group: string): number =>
  Object.hasOwn(ledger.groups, group) ? ledger.groups[group]! : 0;

/** The value of an attribute, `undefined` where the host does not bear it. */
export const attributeOf = ({ attributes }: Pick<HostView, "attributes">, name: string): string | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name] : undefined;

/** The zone a host stands in. */
export const zoneOf = (host: Pick<HostView, "attributes">): string => attributeOf(host, "ecs.availability-zone") ?? "";

const addPorts = (
  held: HeldPorts,
  claims: readonly PortClaim[],
  space: PortClaim["space"],
  holder: string,
): HeldPorts => {
  const taken = claims.filter((claim) => claim.space === space);
  return taken.length === 0 ? held : { ...held, ...Object.fromEntries(taken.map((claim) => [portKey(claim), holder])) };
};

const chargedLedger = (host: HostView, { reserve, group, claims, holder }: Taking): HostLedger => ({
  ...host.ledger,
  free: subtractResources(host.ledger.free, reserve),
  ports: addPorts(host.ledger.ports, claims, "host", holder),
  // A computed key, so that a group named `__proto__` is a group like any other.
  groups: { ...host.ledger.groups, [group]: tasksOfGroup(host, group) + 1 },
  pendingTasks: host.ledger.pendingTasks + 1,
});

const addAddress = (
  held: ClusterView["engineAddresses"],
  engine: EngineId,
  { address, holder }: Taking,
): ClusterView["engineAddresses"] =>
  address === undefined ? held : { ...held, [engine]: { ...held[engine], [address]: holder } };

/** The view as it is once the host holds one more task. */
export const withTask = (view: ClusterView, host: HostView, taking: Taking): ClusterView => ({
  ...view,
  hosts: view.hosts.map((one) => (one.id === host.id ? { ...one, ledger: chargedLedger(one, taking) } : one)),
  enginePorts: {
    ...view.enginePorts,
    [host.engineId]: addPorts(view.enginePorts[host.engineId] ?? {}, taking.claims, "engine", taking.holder),
  },
  engineAddresses: addAddress(view.engineAddresses, host.engineId, taking),
});

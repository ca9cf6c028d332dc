import type { ClusterView, HeldPorts } from "./cluster-view.ts";
import type { HostView } from "./host.ts";
import type { EngineId } from "./ids.ts";
import { DYNAMIC_PORTS, isInRange, rangeSize } from "./port-range.ts";
import type { PortWant } from "./port-wants.ts";
import { type PortClaim, portKey } from "./ports.ts";
import type { Protocol } from "./task-spec.ts";

/** Hosts by engine, neighbours included: slices of one engine share its ports. */
export type EngineMates = ReadonlyMap<EngineId, readonly HostView[]>;

export const engineMates = ({ hosts, neighbours }: ClusterView): EngineMates => {
  const mates = new Map<EngineId, HostView[]>();
  for (const host of [...hosts, ...neighbours]) {
    const found = mates.get(host.engineId);
    if (found) found.push(host);
    else mates.set(host.engineId, [host]);
  }
  return mates;
};

const ANY_ADDRESS: readonly string[] = ["0.0.0.0", "::", ""];

const shareAddress = (a: string, b: string): boolean => a === b || ANY_ADDRESS.includes(a) || ANY_ADDRESS.includes(b);

/**
 * Every list of held ports that is in the way of a new claim on a host. A published port meets those on the same address
 * of the engine and those of network mode host; network mode host binds all addresses, so it meets every port of the engine.
 */
export const portsInTheWay = (
  host: HostView,
  space: PortClaim["space"],
  mates: EngineMates,
  enginePorts: ClusterView["enginePorts"],
): HeldPorts[] => [
  enginePorts[host.engineId] ?? {},
  ...(mates.get(host.engineId) ?? [host])
    .filter((mate) => space === "engine" || shareAddress(mate.publishAddress, host.publishAddress))
    .map((mate) => mate.ledger.ports),
];

/** Who holds a port, `undefined` where it is free. */
export const holderOf = (held: readonly HeldPorts[], key: string): string | undefined =>
  held.find((ports) => Object.hasOwn(ports, key))?.[key];

/** How many ports of the dynamic range are free of what is held and of what the same task asks for by number. */
export const freeDynamicPorts = (
  held: readonly HeldPorts[],
  wants: readonly PortWant[],
  protocol: Protocol,
): number => {
  const asked = wants.filter(({ hostPort }) => hostPort !== 0).map(portKey);
  const taken = new Set([...held.flatMap((ports) => Object.keys(ports)), ...asked]);
  const inRange = [...taken].filter((key) => {
    const [keyProtocol, port] = key.split("/");
    return keyProtocol === protocol && isInRange(DYNAMIC_PORTS, Number(port));
  });
  return rangeSize(DYNAMIC_PORTS) - inRange.length;
};

const nextFree = (held: readonly HeldPorts[], taken: ReadonlySet<string>, protocol: Protocol, from: number): number => {
  const size = rangeSize(DYNAMIC_PORTS);
  for (let step = 0; step < size; step++) {
    const hostPort = DYNAMIC_PORTS.first + ((from - DYNAMIC_PORTS.first + step) % size);
    const key = portKey({ protocol, hostPort });
    if (!taken.has(key) && holderOf(held, key) === undefined) return hostPort;
  }
  throw new RangeError(`no free ${protocol} port is left, though the host was found to have one`);
};

/**
 * Gives every want its host port. Free ones are taken in turn from a random start: two planners at once seldom choose
 * the same, and a port just given back is not the next one given out. Throws a RangeError where none is left: callers filter first.
 */
export const claimPorts = (
  wants: readonly PortWant[],
  held: readonly HeldPorts[],
  random: () => number,
): PortClaim[] => {
  if (wants.every(({ hostPort }) => hostPort !== 0)) return [...wants];
  const taken = new Set(wants.map(portKey));
  let from = DYNAMIC_PORTS.first + Math.floor(random() * rangeSize(DYNAMIC_PORTS));
  return wants.map((want) => {
    if (want.hostPort !== 0) return want;
    const claim = { ...want, hostPort: nextFree(held, taken, want.protocol, from) };
    taken.add(portKey(claim));
    from = claim.hostPort + 1;
    return claim;
  });
};

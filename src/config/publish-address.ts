import type { ConfiguredHost } from "./settings.ts";

/** The port on which a Berth listens when nobody moved it: its slices are 127.0.1.N. */
const USUAL_PORT = 4566;

/**
 * `127.0.1`, or another loopback network for a Berth that listens elsewhere: two of them on one machine then do not
 * fight for the published ports of their slices.
 */
export const sliceNetwork = (apiPort: number): string => `127.0.${apiPort === USUAL_PORT ? 1 : 2 + (apiPort % 253)}`;

/**
 * Where each host's published ports are bound. A slice whose name ends in a number has that one (`local-3`: 127.0.1.3), so
 * that its address stays when its neighbours go; others take the lowest free. `taken` are addresses already in use.
 * Only Linux has the whole of 127/8: elsewhere all share 127.0.0.1. An engine reached by tcp or ssh is another machine and
 * publishes on all its addresses.
 */
export const publishAddresses = (
  hosts: readonly Pick<ConfiguredHost, "id" | "engine" | "publish">[],
  { network, platform, taken = [] }: { network: string; platform: string; taken?: readonly string[] },
): ReadonlyMap<string, string> => {
  const given = new Map<string, string>();
  const used = new Set(taken);
  const give = (id: string, address: string) => {
    given.set(id, address);
    used.add(address);
  };
  for (const { id, publish } of hosts) if (publish !== undefined) give(id, publish);
  for (const { id, engine } of hosts) {
    if (given.has(id)) continue;
    if (engine && !engine.docker.startsWith("unix://")) given.set(id, "0.0.0.0");
    else if (platform !== "linux") given.set(id, "127.0.0.1");
    else {
      const wished = numberAtEnd(id);
      if (wished !== undefined && !used.has(`${network}.${wished}`)) give(id, `${network}.${wished}`);
    }
  }
  for (const { id } of hosts) if (!given.has(id)) give(id, `${network}.${lowestFree(used, network)}`);
  return given;
};

const numberAtEnd = (id: string): number | undefined => {
  const number = Number(/-([1-9]\d{0,2})$/.exec(id)?.[1]);
  return number >= 1 && number <= 254 ? number : undefined;
};

const lowestFree = (used: ReadonlySet<string>, network: string): number => {
  for (let last = 1; last < 255; last += 1) if (!used.has(`${network}.${last}`)) return last;
  throw new RangeError(`${network}.1 to ${network}.254 are all taken: give some hosts a publish address`);
};

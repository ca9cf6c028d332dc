import type { HostId } from "./ids.ts";

/** What a control plane sees when it asks which hosts should be its own. */
export interface Attendance {
  readonly self: string;
  /** Control planes that live, the one that came first first. */
  readonly live: readonly string[];
  readonly hosts: readonly HostId[];
  /** Those of the hosts that it owns now. */
  readonly held: ReadonlySet<HostId>;
}

/** What brings a control plane to its share. */
export interface ShareChange {
  /** To be given back. */
  readonly give: readonly HostId[];
  /** How many may be taken of those that nobody owns. */
  readonly take: number;
}

/**
 * How many hosts are a control plane's share: all have alike, and what does not divide is with those that came first. One that others do not
 * see (yet) counts itself as the last.
 */
export const sizeOfShare = (self: string, live: readonly string[], hosts: number): number => {
  const all = live.includes(self) ? live : [...live, self];
  const each = Math.floor(hosts / all.length);
  return all.indexOf(self) < hosts % all.length ? each + 1 : each;
};

/**
 * Only the size of a share is decided, not which hosts are in it: so a host changes hands only where one has too many and another too few.
 * The sizes add up to all hosts, so that what is given back always finds a taker.
 */
export const shareOfHosts = ({ self, live, hosts, held }: Attendance): ShareChange => {
  const size = sizeOfShare(self, live, hosts.length);
  const kept = hosts.filter((host) => held.has(host));
  return { give: kept.slice(size), take: Math.max(0, size - kept.length) };
};

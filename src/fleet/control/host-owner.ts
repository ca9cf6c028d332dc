import type { Change } from "../../kernel/change-feed.ts";
import type { Host } from "../model/host.ts";
import type { HostId } from "../model/ids.ts";
import { shareOfHosts } from "../model/share-of-hosts.ts";
import type { FleetDeps } from "./deps.ts";
import { type HostRun, holdHost } from "./hold-host.ts";

interface Holding {
  /** Begins to let the host go. */
  readonly give: AbortController;
  /** Resolves when it has been given back. */
  readonly done: Promise<void>;
}

/**
 * Takes its share of the hosts, runs each while its lease can be renewed, and gives back what is over its share when another control plane
 * comes. Ends when the signal aborts and every host has been given back.
 */
export const ownHosts = async (deps: FleetDeps, run: HostRun, signal: AbortSignal): Promise<void> => {
  const owned = new Map<HostId, Holding>();
  const wake = new EventTarget();
  const unlisten = deps.listeners.listen((item) => {
    if (item.type === "resync" || movesShares(item.change)) wake.dispatchEvent(new Event("share"));
  });

  const take = async (host: Host): Promise<boolean> => {
    const askedAt = deps.clock.now();
    const epoch = await deps.leases.acquire(host.id, deps.owner, deps.times.leaseMs);
    if (epoch === undefined) return false;
    await deps.failpoints.hit("owner.acquired");
    deps.log.info({ host: host.id, epoch }, "owns host");
    const give = new AbortController();
    const held = holdHost(deps, host, { epoch, askedAt }, run, AbortSignal.any([signal, give.signal]));
    owned.set(host.id, { give, done: held.finally(() => owned.delete(host.id)) });
    return true;
  };

  const round = async (): Promise<void> => {
    const live = await deps.leases.attend(deps.owner, deps.times.leaseMs);
    const hosts = await deps.hosts.list();
    const held = new Set([...owned].flatMap(([id, { give }]) => (give.signal.aborted ? [] : [id])));
    const change = shareOfHosts({ self: deps.owner, live, hosts: hosts.map(({ id }) => id), held });
    for (const id of change.give) {
      deps.log.info({ host: id, controlPlanes: live.length }, "gives a host to another control plane");
      owned.get(id)?.give.abort();
    }
    let left = change.take;
    for (const host of hosts) {
      if (left === 0 || signal.aborted) return;
      if (!owned.has(host.id) && (await take(host))) left -= 1;
    }
  };

  while (!signal.aborted) {
    const next = nextRound(deps, wake, signal);
    await round().catch((error: unknown) => deps.log.warn({ err: error }, "could not look for hosts to own"));
    await next;
  }
  unlisten();
  // First, so that the others take what is given back as soon as it is.
  await deps.leases.leave(deps.owner).catch(() => {});
  await Promise.all([...owned.values()].map(({ done }) => done));
};

/** Changes after which a share may be another one, or a host free. */
const movesShares = ({ kind, verb }: Change): boolean =>
  kind === "control-plane" || (kind === "host" && HOST_VERBS.has(verb));

const HOST_VERBS: ReadonlySet<string> = new Set(["registered", "removed", "released"]);

/** Begun before a round, so that no change that comes during it is missed. */
const nextRound = async (deps: FleetDeps, wake: EventTarget, signal: AbortSignal): Promise<void> => {
  const woken = new AbortController();
  wake.addEventListener("share", () => woken.abort(), { once: true, signal: woken.signal });
  await deps.timers.wait(deps.times.renewMs, AbortSignal.any([signal, woken.signal]));
  woken.abort();
};

import type { Host } from "../model/host.ts";
import type { HostId } from "../model/ids.ts";
import type { FleetDeps } from "./deps.ts";
import type { HeldLease } from "./held-lease.ts";

/** Runs an owned host until its lease's signal aborts. */
export type HostRun = (host: Host, lease: HeldLease) => Promise<void>;

/**
 * Takes every host nobody owns, runs it while the lease can be renewed, and lets go when it cannot.
 * Ends when the signal aborts and every host has been let go.
 */
export const ownHosts = async (deps: FleetDeps, run: HostRun, signal: AbortSignal): Promise<void> => {
  const owned = new Map<HostId, Promise<void>>();
  const wake = new EventTarget();
  const unlisten = deps.listeners.listen((item) => {
    if (item.type === "resync" || item.change.kind === "host") wake.dispatchEvent(new Event("host"));
  });
  while (!signal.aborted) {
    try {
      for (const host of await deps.hosts.list()) {
        if (owned.has(host.id)) continue;
        const askedAt = deps.clock.now();
        const epoch = await deps.leases.acquire(host.id, deps.owner, deps.times.leaseMs);
        if (epoch === undefined) continue;
        await deps.failpoints.hit("owner.acquired");
        deps.log.info({ host: host.id, epoch }, "owns host");
        owned.set(
          host.id,
          hold(deps, host, epoch, askedAt, run, signal).finally(() => owned.delete(host.id)),
        );
      }
    } catch (error) {
      deps.log.warn({ err: error }, "could not look for hosts to own");
    }
    await nextLook(deps, wake, signal);
  }
  unlisten();
  await Promise.all(owned.values());
};

const nextLook = async (deps: FleetDeps, wake: EventTarget, signal: AbortSignal): Promise<void> => {
  const woken = new AbortController();
  wake.addEventListener("host", () => woken.abort(), { once: true, signal: woken.signal });
  await deps.timers.wait(deps.times.renewMs, AbortSignal.any([signal, woken.signal]));
  woken.abort();
};

/** Never rejects. */
const hold = async (
  deps: FleetDeps,
  host: Host,
  epoch: number,
  askedAt: number,
  run: HostRun,
  signal: AbortSignal,
): Promise<void> => {
  const lost = new AbortController();
  const ended = AbortSignal.any([signal, lost.signal]);
  let heldUntil = askedAt + deps.times.leaseMs;
  // What is begun now takes a while to arrive at the engine; by then the lease must still last.
  const marginMs = deps.times.leaseMs / 5;
  const lease: HeldLease = {
    host: host.id,
    epoch,
    signal: ended,
    isHeld: () => !ended.aborted && deps.clock.now() < heldUntil - marginMs,
  };
  const running = run(host, lease)
    .catch((error: unknown) => deps.log.error({ err: error, host: host.id }, "running a host failed"))
    .finally(() => lost.abort());
  /** Beside the renewals: a store that does not answer at all would hold up whoever waits for one. */
  const expiring = (async () => {
    for (let left = deps.times.leaseMs; left > 0; left = heldUntil - deps.clock.now())
      if (!(await deps.timers.wait(left, ended))) return;
    lost.abort();
  })();
  while (await deps.timers.wait(deps.times.renewMs, ended)) {
    const now = deps.clock.now();
    try {
      if (await deps.leases.renew(host.id, deps.owner, epoch, deps.times.leaseMs)) heldUntil = now + deps.times.leaseMs;
      else lost.abort();
    } catch (error) {
      deps.log.warn({ err: error, host: host.id }, "could not renew a lease");
    }
  }
  await Promise.all([running, expiring]);
  // Given back at once, the next owner need not wait for it to run out.
  await deps.leases.release(host.id, deps.owner, epoch).catch(() => {});
};

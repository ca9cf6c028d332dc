import type { Host } from "../model/host.ts";
import type { FleetDeps } from "./deps.ts";
import type { HeldLease } from "./held-lease.ts";

/** Runs an owned host until its lease's signal aborts. */
export type HostRun = (host: Host, lease: HeldLease) => Promise<void>;

/**
 * Runs a host whose lease was asked for at `askedAt` and got under `epoch`, for as long as the lease can be renewed and the signal does not
 * abort; then gives the lease back. Never rejects.
 */
export const holdHost = async (
  deps: FleetDeps,
  host: Host,
  { epoch, askedAt }: { readonly epoch: number; readonly askedAt: number },
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

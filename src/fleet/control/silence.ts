import type { FleetDeps } from "./deps.ts";
import type { HeldLease } from "./held-lease.ts";
import { endTasksOfLostHost } from "./lost-host.ts";

/** The count of how long an owned host's engine has not answered, and what follows from it: DISCONNECTED, then LOST. */
export interface Silence {
  /** It does not answer. Counting goes on beside whatever is still being waited for, until `end`. */
  begin(): void;
  /** It answers, or nobody counts any more; resolves when nothing is being marked. */
  end(): Promise<void>;
}

/** `since`: when the last owner saw it fall silent, in milliseconds since 1970. */
export const countSilence = (deps: FleetDeps, lease: HeldLease, since: number | undefined): Silence => {
  let silentSince = since;
  let counting: { readonly over: AbortController; readonly done: Promise<void> } | undefined;
  return {
    begin() {
      if (counting) return;
      silentSince ??= deps.clock.now();
      const over = new AbortController();
      counting = { over, done: count(deps, lease, silentSince, AbortSignal.any([lease.signal, over.signal])) };
    },
    async end() {
      silentSince = undefined;
      counting?.over.abort();
      await counting?.done;
      counting = undefined;
    },
  };
};

const count = async (deps: FleetDeps, lease: HeldLease, since: number, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await mark(deps, lease, since).catch((broken: unknown) =>
      deps.log.warn({ err: broken, host: lease.host }, "could not record that a host is silent"),
    );
    await deps.timers.wait(deps.times.pingMs / 2, signal);
  }
};

const mark = async (deps: FleetDeps, lease: HeldLease, since: number): Promise<void> => {
  const now = deps.clock.now();
  const [host] = await deps.hosts.get([lease.host]);
  if (!host) return;
  if (now - since < deps.times.hostLostAfterMs) {
    if (host.health !== "CONNECTED") return;
    deps.log.warn({ host: host.id }, "host does not answer");
    await deps.hosts.setHealth(host.id, lease.epoch, "DISCONNECTED", since);
    return;
  }
  if (host.health !== "LOST") {
    deps.log.warn({ host: host.id }, "host is lost, its tasks count as stopped");
    await deps.hosts.setHealth(host.id, lease.epoch, "LOST", now);
  }
  await endTasksOfLostHost({ deps, host, lease });
};

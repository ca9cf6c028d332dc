import pLimit, { type LimitFunction } from "p-limit";
import type { HostView } from "../model/host.ts";
import { EngineError, EngineUnreachableError } from "../ports.ts";
import type { FleetDeps } from "./deps.ts";
import type { HeldLease } from "./held-lease.ts";
import type { HostRun } from "./host-owner.ts";
import { hostSession } from "./host-session.ts";
import { endTasksOfLostHost } from "./lost-host.ts";

/** Beyond four starts at once an engine on two cores only gets slower, not faster. */
const STARTS_AT_ONCE = 4;

/** Runs owned hosts: one session after the other, and between them the count of how long the engine has been silent. */
export const hostRun = (deps: FleetDeps): HostRun => {
  const laneByEngine = new Map<string, LimitFunction>();
  return async (owned, lease) => {
    let silentSince = owned.disconnectedAt;
    while (!lease.signal.aborted) {
      const host = await currentRecord(deps, lease);
      if (host === "removed") return;
      if (host === "unknown") continue;
      const engine = deps.engines.at(host.engine);
      const startLane = laneByEngine.get(host.engine.docker) ?? pLimit(STARTS_AT_ONCE);
      laneByEngine.set(host.engine.docker, startLane);
      try {
        const cgroups = await deps.cgroups(host.engine, await engine.info());
        await hostSession({ deps, host, lease, engine, cgroups, startLane }, async () => {
          silentSince = undefined;
          if (host.health !== "CONNECTED")
            await deps.hosts.setHealth(host.id, lease.epoch, "CONNECTED", deps.clock.now());
        });
      } catch (error) {
        if (!(error instanceof EngineUnreachableError))
          deps.log.error({ err: error, host: host.id }, "a host's session broke");
        // A store that does not answer says nothing of the host.
        if (!(error instanceof EngineUnreachableError || error instanceof EngineError)) {
          await deps.timers.wait(deps.times.pingMs / 2, lease.signal);
          continue;
        }
        silentSince ??= deps.clock.now();
        await markSilent(deps, lease, silentSince).catch((broken: unknown) =>
          deps.log.warn({ err: broken, host: host.id }, "could not record that a host is silent"),
        );
        await deps.timers.wait(deps.times.pingMs / 2, lease.signal);
      }
    }
  };
};

/** `unknown`: the store did not answer; asked again after a while. */
const currentRecord = async (deps: FleetDeps, lease: HeldLease): Promise<HostView | "removed" | "unknown"> => {
  try {
    const [host] = await deps.hosts.get([lease.host]);
    return host ?? "removed";
  } catch (error) {
    deps.log.warn({ err: error, host: lease.host }, "could not read a host's record");
    await deps.timers.wait(deps.times.pingMs, lease.signal);
    return "unknown";
  }
};

const markSilent = async (deps: FleetDeps, lease: HeldLease, silentSince: number): Promise<void> => {
  const now = deps.clock.now();
  const [host] = await deps.hosts.get([lease.host]);
  if (!host) return;
  if (now - silentSince < deps.times.hostLostAfterMs) {
    if (host.health !== "CONNECTED") return;
    deps.log.warn({ host: host.id }, "host does not answer");
    await deps.hosts.setHealth(host.id, lease.epoch, "DISCONNECTED", silentSince);
    return;
  }
  if (host.health !== "LOST") {
    deps.log.warn({ host: host.id }, "host is lost, its tasks count as stopped");
    await deps.hosts.setHealth(host.id, lease.epoch, "LOST", now);
  }
  await endTasksOfLostHost({ deps, host, lease });
};

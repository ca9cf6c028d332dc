import pLimit, { type LimitFunction } from "p-limit";
import type { Clock } from "../../kernel/clock.ts";
import type { HostView } from "../model/host.ts";
import { EngineError, EngineUnreachableError } from "../ports.ts";
import type { FleetDeps } from "./deps.ts";
import type { HeldLease } from "./held-lease.ts";
import type { HostRun } from "./hold-host.ts";
import { hostDoors } from "./host-doors.ts";
import { recordNetwork } from "./host-network.ts";
import { hostSession } from "./host-session.ts";
import { clusterNetworks } from "./networks.ts";
import { countSilence } from "./silence.ts";

/** Beyond four starts at once an engine on two cores only gets slower, not faster. */
const STARTS_AT_ONCE = 4;

/** Runs owned hosts: one session after the other, and from the end of one that broke the count of how long the engine has been silent. */
export const hostRun = (deps: FleetDeps): HostRun => {
  const laneByEngine = new Map<string, LimitFunction>();
  const signsOfLife = askedOnce(deps.clock, deps.times.pingMs / 2);
  return async (owned, lease) => {
    const silence = countSilence(deps, lease, owned.disconnectedAt);
    const failed = (error: unknown): void => {
      // A store that does not answer says nothing of the host.
      if (error instanceof EngineUnreachableError || error instanceof EngineError) silence.begin();
    };
    while (!lease.signal.aborted) {
      const host = await currentRecord(deps, lease);
      if (host === "removed") break;
      if (host === "unknown") continue;
      const session = new AbortController();
      try {
        const engine = deps.engines.at(host.engine);
        const startLane = laneByEngine.get(host.engine.docker) ?? pLimit(STARTS_AT_ONCE);
        laneByEngine.set(host.engine.docker, startLane);
        // Asked first because it is answered at once or not at all.
        await engine.ping();
        const info = await engine.info();
        const cgroups = await deps.cgroups(host.engine, info);
        const networks = clusterNetworks(engine, deps.policy.installation, {
          network: deps.network,
          subnet: host.subnet,
          known: host.network,
        });
        const doors = hostDoors(deps.doors, host, networks);
        const connected = async (): Promise<void> => {
          await silence.end();
          // Where tasks get addresses is known before any is placed.
          await recordNetwork(deps, networks, host, lease, AbortSignal.any([lease.signal, session.signal]));
          await doors.mend();
          await deps.hosts.setHealth(host.id, lease.epoch, "CONNECTED", deps.clock.now());
        };
        const signOfLife = () => signsOfLife(host.engine.docker, () => engine.ping());
        const { architecture } = info;
        await hostSession(
          { deps, host, lease, engine, architecture, cgroups, networks, doors, startLane, signOfLife },
          connected,
          failed,
        );
      } catch (error) {
        failed(error);
        if (!(error instanceof EngineUnreachableError))
          deps.log.error({ err: error, host: host.id }, "a host's session broke");
        await deps.timers.wait(deps.times.pingMs / 2, lease.signal);
      } finally {
        session.abort();
      }
    }
    await silence.end();
  };
};

/** Slices of one engine need not ask it each: an answer serves all for `servesMs`, and so does its failure. */
const askedOnce = (clock: Clock, servesMs: number) => {
  const askedByEngine = new Map<string, { readonly at: number; readonly answer: Promise<void> }>();
  return (engine: string, ask: () => Promise<void>): Promise<void> => {
    const asked = askedByEngine.get(engine);
    if (asked && clock.now() - asked.at < servesMs) return asked.answer;
    const answer = ask();
    askedByEngine.set(engine, { at: clock.now(), answer });
    return answer;
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

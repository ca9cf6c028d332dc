import type { LimitFunction } from "p-limit";
import type { Host } from "../model/host.ts";
import type { ContainerEngine, TaskCgroups } from "../ports.ts";
import type { FleetDeps } from "./deps.ts";
import type { HeldLease } from "./held-lease.ts";
import type { HostDoors } from "./host-doors.ts";
import type { ClusterNetworks } from "./networks.ts";

/** An owned host with all that its loops use. */
export interface HostContext {
  readonly deps: FleetDeps;
  readonly host: Host;
  readonly lease: HeldLease;
  readonly engine: ContainerEngine;
  /** The engine's, `x86_64`. */
  readonly architecture: string;
  readonly cgroups: TaskCgroups;
  readonly networks: ClusterNetworks;
  readonly doors: HostDoors;
  /** The lane of starts at this engine, shared by its slices: beyond about four at once only latency grows. */
  readonly startLane: LimitFunction;
  /** Resolves when the engine gave a sign of life just now, to whichever of its slices; rejects when it gives none. */
  signOfLife(): Promise<void>;
}

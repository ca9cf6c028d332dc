import type { ClusterId, EngineId, HostId } from "./ids.ts";
import type { Resources } from "./resources.ts";

/** Where an engine listens: `unix:///…`, `tcp://…` (TLS files by path) or `ssh://…`. */
export interface EngineAddress {
  readonly docker: string;
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** What the user wants of a host: DRAINING takes no new task, INACTIVE is deregistered. */
export type HostState = "ACTIVE" | "DRAINING" | "INACTIVE";

/** What its owner sees: LOST is DISCONNECTED for longer than `hostLostAfterSeconds`. */
export type HostHealth = "CONNECTED" | "DISCONNECTED" | "LOST";

/** A machine, or a slice of one, on which tasks are placed: a container instance in ECS's words. */
export interface Host {
  readonly id: HostId;
  /** 32 hexadecimal digits: the container instance's id in its ARN. */
  readonly instanceId: string;
  /** `i-` and 17 hexadecimal digits. */
  readonly ec2InstanceId: string;
  readonly cluster: ClusterId;
  readonly engine: EngineAddress;
  readonly engineId: EngineId;
  readonly declared: Resources;
  /** The address on which published ports of this host are bound, 127.0.1.N for a slice. */
  readonly publishAddress: string;
  /** `10.0.0.1:4510`: where its engine reaches Berth's registry. Absent: `localhost` on this machine, nowhere from others. */
  readonly registry?: string;
  /** Addresses that are routed to its engine, `10.60.1.0/24`: what the network of its cluster there is to have. Absent: Berth chooses. */
  readonly subnet?: string;
  /** The network of its cluster on its engine, `10.42.7.0/24`, as its owner found or made it. Absent until then. */
  readonly network?: string;
  /** Built-in and own attributes; one without a value has the empty string. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of those attributes that the host's declaration brought; the others were put by users. */
  readonly declaredAttributes?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly engineVersion: string;
  /** `config` hosts follow `berth.yaml`, `api` hosts were registered at run time. */
  readonly source: "config" | "api";
  readonly state: HostState;
  readonly health: HostHealth;
  /** Milliseconds since 1970, as all times of the fleet. */
  readonly registeredAt: number;
  readonly disconnectedAt?: number;
}

/** A host as it is declared, before its ledger exists. */
export type HostDeclaration = Omit<Host, "state" | "health" | "registeredAt" | "disconnectedAt" | "network">;

/** A host's account: changed only inside the move that changes a task. */
export interface HostLedger {
  readonly free: Resources;
  /** Claimed ports as `tcp/8080`, each with the task that holds it. */
  readonly ports: Readonly<Record<string, string>>;
  /** Tasks with desiredStatus RUNNING by group: what `distinctInstance` looks at. */
  readonly groups: Readonly<Record<string, number>>;
  readonly runningTasks: number;
  readonly pendingTasks: number;
}

/** A host with its account: what placement and describe look at. */
export interface HostView extends Host {
  readonly ledger: HostLedger;
}

import type { ContainerId } from "./ids.ts";
import type { PortBinding } from "./ports.ts";
import type { Device, HealthCheck, LogDelivery, Tmpfs, Ulimit } from "./task-spec.ts";

/** Where something is mounted from: a named volume, a path of the machine, nothing else. */
export interface Bind {
  readonly from: { readonly volume: string } | { readonly path: string };
  readonly to: string;
  readonly readOnly: boolean;
}

/** A container as an engine is asked for it: names, network and limits are settled, nothing is left to decide. */
export interface ContainerPlan {
  /** Derived from installation, task, attempt and container; asking for the same name again returns the first one's id. */
  readonly name: string;
  /** An image the engine holds. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly hostname?: string;
  /** `host`, `none`, a network's name, or `container:NAME`, whose namespace it joins. */
  readonly network: string;
  /** Its address on that network; the engine chooses where absent. */
  readonly address?: string;
  readonly networkAliases: readonly string[];
  /** Container names on the same network with the alias each is known by. */
  readonly links: readonly { readonly container: string; readonly alias: string }[];
  readonly publish: readonly PortBinding[];
  readonly extraHosts: readonly { readonly hostname: string; readonly ipAddress: string }[];
  readonly dnsServers: readonly string[];
  readonly dnsSearchDomains: readonly string[];
  /** The parent cgroup that holds the task's limits; absent leaves the engine's default. */
  readonly cgroupParent?: string;
  readonly cpuShares: number;
  /** A cap on this container alone, where no task cgroup holds it: 1024 units are one core. */
  readonly cpuLimitUnits?: number;
  readonly memoryMiB?: number;
  readonly memoryReservationMiB?: number;
  readonly memorySwapMiB?: number;
  readonly swappiness?: number;
  readonly sharedMemoryMiB?: number;
  readonly pidsLimit: number;
  readonly privileged: boolean;
  readonly noNewPrivileges: boolean;
  readonly securityOptions: readonly string[];
  readonly capabilitiesAdd: readonly string[];
  readonly capabilitiesDrop: readonly string[];
  readonly readonlyRootFilesystem: boolean;
  readonly initProcess: boolean;
  readonly devices: readonly Device[];
  readonly tmpfs: readonly Tmpfs[];
  readonly ulimits: readonly Ulimit[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly binds: readonly Bind[];
  /** `container` is an engine's container name. */
  readonly volumesFrom: readonly { readonly container: string; readonly readOnly: boolean }[];
  /** `host`, `container:NAME`, `shareable`, `none`; absent is the engine's default. */
  readonly pidMode?: string;
  readonly ipcMode?: string;
  readonly interactive: boolean;
  readonly pseudoTerminal: boolean;
  readonly healthCheck?: HealthCheck;
  readonly logRotation: { readonly maxSizeMiB: number; readonly maxFiles: number };
  readonly logDelivery?: LogDelivery;
}

/** What an engine mounted in a container: a volume by its name, a folder of the machine without one. */
export interface ObservedMount {
  readonly volume?: string;
  /** On the engine's machine. */
  readonly source?: string;
  readonly destination: string;
}

/** A container as an engine tells of it. */
export interface ObservedContainer {
  readonly id: ContainerId;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
  /** Only of an exited one. */
  readonly exitCode?: number;
  readonly oomKilled: boolean;
  /** The engine's own words why it did not start. */
  readonly error?: string;
  /** Host process id while running. */
  readonly pid?: number;
  readonly imageDigest?: string;
  /** The cgroup its plan put it in; absent where the engine chose. */
  readonly cgroupParent?: string;
  readonly bindings: readonly PortBinding[];
  /** On its network while it runs; absent where it has none of its own. */
  readonly address?: string;
  /** Absent where nothing is mounted. */
  readonly mounts?: readonly ObservedMount[];
  /** Only of a running one that is checked: what no check decided is absent. */
  readonly health?: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
  /** When the last check of its health ended. */
  readonly healthCheckedAt?: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

/**
 * What an engine measured of a container: Docker's own shape, because that is what ECS hands on to whoever asks for metadata. Named are the
 * members that are read here; there are more.
 */
export interface ContainerStats extends Readonly<Record<string, unknown>> {
  /** RFC 3339. */
  readonly read: string;
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  /** The same a second before. */
  readonly precpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  /** Bytes. */
  readonly memory_stats: { readonly usage?: number; readonly limit?: number };
}

/** Something happened to a container: a reason to inspect it, not a fact to record. */
export interface ContainerEvent {
  readonly container: ContainerId;
  readonly labels: Readonly<Record<string, string>>;
  readonly action: string;
}

/** One line of output, without its line break. */
export interface LogLine {
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 with nanoseconds, the engine's own stamp: also where reading resumes. */
  readonly at: string;
  readonly text: string;
  /** The line is longer than the engine's buffer and goes on in the next one. */
  readonly partial: boolean;
}

/** A container that is there, and of which the engine tells no more. */
export type UntoldContainer = Pick<ObservedContainer, "id" | "labels">;

import type { Resources } from "./resources.ts";

export type Protocol = "tcp" | "udp";

/** A port to publish. `hostPort` 0 asks for any free one. `containerPortRange` members come already unfolded. */
export interface PortSpec {
  readonly containerPort: number;
  readonly hostPort: number;
  readonly protocol: Protocol;
  readonly name?: string;
}

export type DependencyCondition = "START" | "COMPLETE" | "SUCCESS" | "HEALTHY";

export interface Dependency {
  readonly container: string;
  readonly condition: DependencyCondition;
}

/** A volume of a task: `task` lives and dies with it, `shared` outlives it on its host, `host` is a path of the machine. */
export type VolumeSpec =
  | { readonly name: string; readonly kind: "task" }
  | {
      readonly name: string;
      readonly kind: "shared" | "docker-task";
      readonly driver?: string;
      readonly driverOptions: Readonly<Record<string, string>>;
      readonly labels: Readonly<Record<string, string>>;
      readonly autoprovision: boolean;
    }
  | { readonly name: string; readonly kind: "host"; readonly path: string };

export interface MountSpec {
  readonly volume: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

export interface Tmpfs {
  readonly path: string;
  readonly sizeMiB: number;
  readonly options: readonly string[];
}

export interface Device {
  readonly hostPath: string;
  readonly containerPath?: string;
  /** Any of `r`, `w`, `m`. */
  readonly permissions: string;
}

export interface HealthCheck {
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

export interface RestartPolicy {
  readonly ignoredExitCodes: readonly number[];
  readonly attemptPeriodSeconds: number;
}

/** A place where a container's output can be read, beside where the fleet keeps it: a log stream of a log group. */
export interface LogDestination {
  readonly group: string;
  readonly region: string;
  /** The stream is `prefix/container/task`; without a prefix it bears the container's id on its engine. */
  readonly streamPrefix?: string;
  /** A group that is not there is made; else the container does not start. */
  readonly createGroup: boolean;
}

/** How an engine takes a container's output: whether the container waits where it cannot be written, or `non-blocking` loses some. */
export interface LogDelivery {
  readonly mode: "blocking" | "non-blocking";
  /** What is held back before any is lost, as Docker writes it: `10m`. */
  readonly maxBufferSize?: string;
}

/** One container of a task, overrides already applied. Absent members leave the image's own setting. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** Of an image of Berth's own registry: what its tag named when the task was placed. It is run by that, whatever the tag names later. */
  readonly imageDigest?: string;
  readonly essential: boolean;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly workingDirectory?: string;
  readonly user?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Variables whose values are looked up when the container is made, and that win over `environment`. */
  readonly secrets?: readonly { readonly name: string; readonly from: string }[];
  /** Files of variables, read when the container is made: the first that has a variable gives it, and `environment` wins over all. */
  readonly environmentFiles?: readonly string[];
  /** The secret with which the registry of its image lets in. */
  readonly registrySecret?: string;
  /** Docker's CpuShares: a weight, no cap. */
  readonly cpuShares: number;
  /** Hard limit. */
  readonly memoryMiB?: number;
  /** Soft limit. */
  readonly memoryReservationMiB?: number;
  readonly ports: readonly PortSpec[];
  readonly dependsOn: readonly Dependency[];
  /** `container:alias` or `container`. */
  readonly links: readonly string[];
  readonly mounts: readonly MountSpec[];
  readonly volumesFrom: readonly { readonly container: string; readonly readOnly: boolean }[];
  readonly ulimits: readonly Ulimit[];
  readonly labels: Readonly<Record<string, string>>;
  readonly extraHosts: readonly { readonly hostname: string; readonly ipAddress: string }[];
  readonly hostname?: string;
  readonly dnsServers: readonly string[];
  readonly dnsSearchDomains: readonly string[];
  readonly disableNetworking: boolean;
  readonly readonlyRootFilesystem: boolean;
  readonly privileged: boolean;
  readonly initProcess: boolean;
  readonly capabilitiesAdd: readonly string[];
  readonly capabilitiesDrop: readonly string[];
  readonly devices: readonly Device[];
  readonly tmpfs: readonly Tmpfs[];
  readonly sharedMemoryMiB?: number;
  readonly maxSwapMiB?: number;
  readonly swappiness?: number;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly securityOptions: readonly string[];
  readonly interactive: boolean;
  readonly pseudoTerminal: boolean;
  readonly startTimeoutSeconds?: number;
  readonly stopTimeoutSeconds: number;
  readonly healthCheck?: HealthCheck;
  readonly restartPolicy?: RestartPolicy;
  readonly logTo?: LogDestination;
  readonly logDelivery?: LogDelivery;
}

/** Containers placed together, in the fleet's own words: each wing translates its definitions into this. */
export interface TaskSpec {
  /** `awsvpc`: the containers share one network namespace, which has an address of its own in the cluster's network. */
  readonly networkMode: "bridge" | "host" | "none" | "awsvpc";
  /** The role whose credentials its containers can have; absent: none. */
  readonly roleArn?: string;
  readonly pidMode?: "host" | "task";
  readonly ipcMode?: "host" | "task" | "none";
  /** Held over the whole task by its cgroup; absent means no cap over the task. */
  readonly limits: { readonly cpuUnits?: number; readonly memoryMiB?: number };
  /** What placement subtracts from the host. */
  readonly reserve: Resources;
  /**
   * Whether an image that cannot be had from its registry is run as the engine has it from before; it is where this is absent, as on EC2. Fargate
   * has no such cache.
   */
  readonly usesImageCache?: boolean;
  readonly volumes: readonly VolumeSpec[];
  readonly containers: readonly ContainerSpec[];
}

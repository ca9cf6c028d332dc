import type { Moves } from "../../kernel/state-table.ts";
import type { ClusterId, ContainerId, HostId, TaskId } from "./ids.ts";
import type { PortBinding, PortClaim } from "./ports.ts";
import type { TaskSpec } from "./task-spec.ts";

export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";
export type DesiredStatus = "RUNNING" | "STOPPED";

export type TaskEvent =
  | "placed"
  | "started"
  | "stopping"
  | "stopped"
  /** A load balancer or a name service is told of the task. */
  | "activating"
  /** …and told to forget it, before its containers stop. */
  | "deactivating"
  /** What was made for it alone (an address, a network interface) is given back, after its containers stopped. */
  | "deprovisioning";

/**
 * One way only. PROVISIONING is seen where something (capacity, an address) must be made before a host can start the task;
 * ACTIVATING, DEACTIVATING and DEPROVISIONING where something outside the host takes part. A plain task on a host passes
 * PENDING, RUNNING, STOPPING and STOPPED.
 */
export const TASK_MOVES: Moves<TaskStatus, TaskEvent> = {
  PROVISIONING: { placed: "PENDING", stopped: "STOPPED" },
  PENDING: { started: "RUNNING", activating: "ACTIVATING", stopping: "STOPPING", stopped: "STOPPED" },
  ACTIVATING: { started: "RUNNING", stopping: "DEACTIVATING", stopped: "STOPPED" },
  RUNNING: { stopping: "STOPPING", deactivating: "DEACTIVATING", stopped: "STOPPED" },
  DEACTIVATING: { stopping: "STOPPING", stopped: "STOPPED" },
  STOPPING: { deprovisioning: "DEPROVISIONING", stopped: "STOPPED" },
  DEPROVISIONING: { stopped: "STOPPED" },
  STOPPED: {},
};

export type StopCode =
  | "TaskFailedToStart"
  | "EssentialContainerExited"
  | "UserInitiated"
  | "ServiceSchedulerInitiated"
  | "SpotInterruption"
  | "TerminationNotice";

/** Why a task is to stop: whoever asks first decides. */
export interface StopRequest {
  readonly code: StopCode;
  readonly reason: string;
  readonly at: number;
  /** What containers have between TERM and KILL, where it is not their own stop timeout. */
  readonly graceSeconds?: number;
}

export type ContainerStatus = "PENDING" | "PULLED" | "CREATED" | "RUNNING" | "STOPPED";

/** What was seen of one container of a task. */
export interface ContainerState {
  readonly name: string;
  readonly status: ContainerStatus;
  readonly runtimeId?: ContainerId;
  readonly imageDigest?: string;
  readonly exitCode?: number;
  /** Why it ended or never started, as AWS words it: `OutOfMemoryError: …`, `CannotPullContainerError: …`. */
  readonly reason?: string;
  readonly bindings: readonly PortBinding[];
  readonly createdAt?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** How often its program was started again: grows before the engine is asked to. */
  readonly restartCount: number;
  /** When the run began that the last restart follows: a run is restarted once. */
  readonly restartOf?: number;
  readonly health?: "HEALTHY" | "UNHEALTHY" | "UNKNOWN";
}

/** What the owner of the host, and nobody else, writes of a task. */
export interface ObservedTask {
  readonly status: TaskStatus;
  readonly containers: readonly ContainerState[];
  readonly pullStartedAt?: number;
  readonly pullStoppedAt?: number;
  readonly startedAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppedAt?: number;
  /** How limits are held: by a cgroup over the task, or only per container where that is out of reach. */
  readonly limitsHeldBy?: "task-cgroup" | "containers";
}

/** The network interface of a task in network mode awsvpc, held from placement until it is STOPPED. */
export interface TaskNetwork {
  readonly address: string;
  /** The cluster's network on the host's engine, `10.42.7.0/24`. */
  readonly subnet: string;
  /** Whose network that is, where it is not the host's: its cluster's, of a task on Fargate. */
  readonly lentBy?: ClusterId;
  /** Of a lent one: it was declared, and is routed to its engine. */
  readonly routed?: true;
  /** Of its host, or the one chosen among those asked for. */
  readonly zone: string;
}

/** Who a task's ledger entries belong to, what it runs, what is wanted and what is seen. */
export interface Task {
  readonly id: TaskId;
  readonly cluster: ClusterId;
  /** Whose hosts it runs on, where they are not the cluster's own. */
  readonly capacity?: ClusterId;
  /** NO_HOST while it waits for one. */
  readonly host: HostId;
  readonly attempt: number;
  /** `family:web`, `service:web`, or what the caller named: what spread and distinctInstance count. */
  readonly group: string;
  /** Terms it is found by, beside the store's own `desired:…` and `host:…`: `family:web`, `startedBy:me`. */
  readonly terms: readonly string[];
  readonly spec: TaskSpec;
  readonly ports: readonly PortClaim[];
  /** Absent unless its network mode is awsvpc. */
  readonly network?: TaskNetwork;
  /** The wing's own record of it (definition, tags, overrides); the fleet only keeps it. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly desired: DesiredStatus;
  readonly stop?: StopRequest;
  readonly observed: ObservedTask;
  /** Grows with every move. */
  readonly version: number;
}

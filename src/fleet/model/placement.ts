import type { RecordVersion } from "../../kernel/records.ts";
import type { ClusterId, HostId, TaskId } from "./ids.ts";
import type { PortClaim } from "./ports.ts";
import type { TaskNetwork } from "./task.ts";
import type { TaskSpec } from "./task-spec.ts";

export type PlacementConstraint =
  | { readonly type: "distinctInstance" }
  | { readonly type: "memberOf"; readonly expression: string };

export type PlacementStrategy =
  | { readonly type: "random" }
  | { readonly type: "binpack"; readonly field: "cpu" | "memory" }
  /** `instanceId`, `host` (the same), or `attribute:NAME`. */
  | { readonly type: "spread"; readonly field: string };

/** What causes a placement, so that doing it again finds what was done: a clientToken. */
export interface PlacementCause {
  readonly key: string;
  /** Digest of the parameters; the same key with another one is a conflict. */
  readonly fingerprint: string;
  readonly keepSeconds: number;
}

/** One to ten equal tasks to place now, or to be told why not. */
export interface PlacementRequest {
  readonly requestId: string;
  readonly cluster: ClusterId;
  readonly count: number;
  readonly spec: TaskSpec;
  readonly group: string;
  readonly terms: readonly string[];
  readonly constraints: readonly PlacementConstraint[];
  /** Attributes the host must bear, as ECS's `requiresAttributes`: without a value, any will do. */
  readonly requiredAttributes?: readonly { readonly name: string; readonly value?: string }[];
  /** Whose hosts may take the tasks: the cluster's own where absent. */
  readonly capacity?: ClusterId;
  /** Tasks that find no host now wait in this line for one, first come, first served. Absent: they are refused. */
  readonly line?: string;
  /** Zones whose hosts may take the tasks; any where absent. */
  readonly zones?: readonly string[];
  /** Sentences of its wing's for whoever asks why the task is as it is: they stand in its record. */
  readonly notes?: readonly string[];
  readonly strategies: readonly PlacementStrategy[];
  /** StartTask: one task on each of these, no ranking. */
  readonly onHosts?: readonly HostId[];
  readonly cause?: PlacementCause;
  /** The document that says the tasks are wanted, a service: they are made only while it is as it was known to be. */
  readonly wantedBy?: RecordVersion;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a host lacked for a task. `reason` is ECS's word, `detail` ours with the figures. */
export interface Lack {
  readonly reason:
    | "RESOURCE:CPU"
    | "RESOURCE:MEMORY"
    | "RESOURCE:PORTS"
    | "RESOURCE:ENI"
    | "ATTRIBUTE"
    | "AGENT"
    | "INACTIVE"
    | "DISTINCT_INSTANCE"
    | "MEMBER_OF";
  readonly detail: string;
  /** Figures, where the lack has any: in units of the resource. */
  readonly needed?: number;
  readonly free?: number;
  readonly declared?: number;
  /** No host state could ever make it fit: it asks for more than the host declares. */
  readonly never?: boolean;
}

/** One host as considered for one task: filtered out by what, or ranked where and by which figures. */
export interface HostVerdict {
  readonly host: HostId;
  readonly lacks: readonly Lack[];
  /** From 1, the chosen one; absent where it was filtered out. */
  readonly rank?: number;
  /** One line for each strategy: `spread instanceId: 2 tasks of group web`, `binpack memory: 512 MiB left`. */
  readonly scores: readonly string[];
}

/** Why one task went where it went, or nowhere. */
export interface PlacementExplanation {
  readonly chosen?: HostId;
  /** Of a task that waits: so many came before it. */
  readonly ahead?: number;
  /** Where a wing decided by itself, `hosts` tells only the chosen one; of so many, and so many had room. */
  readonly among?: { readonly hosts: number; readonly withRoom: number };
  readonly hosts: readonly HostVerdict[];
}

/** The scheduler's plan: what goes where, with its ports, and the explanation of each of the asked tasks. */
export interface PlacementPlan {
  readonly placed: readonly {
    readonly host: HostId;
    readonly ports: readonly PortClaim[];
    readonly network?: TaskNetwork;
    readonly explanation: PlacementExplanation;
  }[];
  readonly refused: readonly PlacementExplanation[];
}

/** Kept an hour under the request id (refusals) or as long as the task: what `berth why` shows. */
export interface PlacementRecord {
  readonly requestId: string;
  readonly taskId?: TaskId;
  readonly cluster: ClusterId;
  readonly group: string;
  readonly at: number;
  readonly needed: { readonly cpuUnits: number; readonly memoryMiB: number; readonly ports: readonly string[] };
  readonly constraints: readonly PlacementConstraint[];
  readonly strategies: readonly PlacementStrategy[];
  readonly notes?: readonly string[];
  readonly explanation: PlacementExplanation;
  /** Of a task that waits for a host: what is to be asked for it again. */
  readonly waiting?: Pick<PlacementRequest, "capacity" | "zones" | "requiredAttributes"> & { readonly line: string };
}

import type { RecordVersion } from "../../kernel/records.ts";
import type { HostId, TaskId } from "./ids.ts";
import type { PlacementCause, PlacementRecord } from "./placement.ts";
import type { Task } from "./task.ts";

/** The attempt of a job that a task is: placing it takes the attempt, and a job that may not start any more is left out of the plan. */
export interface JobClaim {
  readonly job: string;
  /** From 1. */
  readonly attempt: number;
  /** Where Batch says it runs. */
  readonly environment: string;
  /** How fast its share's past use fades. */
  readonly decaySeconds: number;
}

/** A plan ready to be committed: whole task records and what each takes of its host. */
export interface PlacementMove {
  readonly cause?: PlacementCause;
  readonly wantedBy?: RecordVersion;
  readonly tasks: readonly {
    readonly task: Task;
    /** At most this many tasks with desiredStatus RUNNING of the task's group may be on the host afterwards; 1 for distinctInstance. */
    readonly groupLimit?: number;
    readonly record: PlacementRecord;
    readonly claim?: JobClaim;
    /** The line that the task is to wait in; with a host, the one it has waited in until now. */
    readonly line?: string;
  }[];
}

export type PlacementOutcome =
  /** `gone`: left out, because their jobs may not start any more, or because they wait no longer. */
  | { readonly type: "committed"; readonly gone: readonly TaskId[] }
  /** The cause was seen before with the same fingerprint: these are its tasks. */
  | { readonly type: "repeated"; readonly tasks: readonly TaskId[] }
  /** The cause was seen before with other parameters, or the document that wanted the tasks has changed. */
  | { readonly type: "conflict" }
  /** Another control plane was faster, or the host changed: look again, replan. */
  | { readonly type: "stale"; readonly host: HostId };

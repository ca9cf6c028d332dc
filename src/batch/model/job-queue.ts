import type { Scope } from "../../kernel/scope.ts";
import type { EnvironmentId, PolicyId } from "./ids.ts";

/** What is done to a job that stands at the head of its queue, RUNNABLE for the same reason, for too long. */
export interface StateTimeLimit {
  /** A reason's code, `MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT`; AWS's own words for it. */
  readonly reason: string;
  readonly maxSeconds: number;
  readonly action: "CANCEL" | "TERMINATE";
}

/** A job queue. Kept under its `QueueId`. */
export interface JobQueueRecord extends Scope {
  readonly name: string;
  /** DISABLED takes no new job; what is in it waits. Jobs under way go on. */
  readonly state: "ENABLED" | "DISABLED";
  /** The higher is served first where queues share an environment. */
  readonly priority: number;
  /** In the order in which they are tried. */
  readonly environments: readonly EnvironmentId[];
  /** The numbers that a caller gave them, as they are answered; 1, 2, … where absent. */
  readonly orders?: readonly number[];
  readonly schedulingPolicy?: PolicyId;
  readonly timeLimits: readonly StateTimeLimit[];
  /** Whether jobs behind one that waits for room may go ahead where they fit. AWS has no such setting: a tag says it. */
  readonly backfill: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

import type { Moves } from "../../kernel/state-table.ts";

export type JobStatus = "SUBMITTED" | "PENDING" | "RUNNABLE" | "STARTING" | "RUNNING" | "SUCCEEDED" | "FAILED";

/** What the feed calls changes of a job's status; other entries tell of tags, reasons and requests. */
export const JOB_STATE_CHANGES: readonly string[] = ["submitted", "ready", "claimed", "started", "retries", "ended"];

/** In the order in which a job passes them. */
export const JOB_STATUSES: readonly JobStatus[] = [
  "SUBMITTED",
  "PENDING",
  "RUNNABLE",
  "STARTING",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
];

export type JobEvent =
  | "blocked"
  | "ready"
  | "dependencyFailed"
  | "cancelled"
  | "placed"
  | "started"
  | "succeeded"
  | "attemptFailed"
  | "hostLost"
  | "gaveUp"
  | "terminated"
  | "timedOut";

/** A job that is no array, and a child of one. Backward only where a new attempt opens; a short attempt may end before it was seen running. */
export const JOB_MOVES: Moves<JobStatus, JobEvent> = {
  SUBMITTED: { blocked: "PENDING", ready: "RUNNABLE", dependencyFailed: "FAILED", cancelled: "FAILED" },
  PENDING: { ready: "RUNNABLE", dependencyFailed: "FAILED", cancelled: "FAILED" },
  RUNNABLE: { placed: "STARTING", cancelled: "FAILED" },
  STARTING: {
    started: "RUNNING",
    succeeded: "SUCCEEDED",
    attemptFailed: "RUNNABLE",
    hostLost: "RUNNABLE",
    gaveUp: "FAILED",
    terminated: "FAILED",
    timedOut: "FAILED",
  },
  RUNNING: {
    succeeded: "SUCCEEDED",
    attemptFailed: "RUNNABLE",
    hostLost: "RUNNABLE",
    gaveUp: "FAILED",
    terminated: "FAILED",
    timedOut: "FAILED",
  },
  SUCCEEDED: {},
  FAILED: {},
};

export type ArrayEvent = "submitted" | "dependencyFailed" | "cancelled" | "childrenSucceeded" | "childFailed";

/** The statuses an array's parent can have. */
export type ArrayStatus = "SUBMITTED" | "PENDING" | "SUCCEEDED" | "FAILED";

/** An array's parent runs nothing: PENDING while its dependencies or its children last; FAILED when a child failed and all have ended. */
export const ARRAY_MOVES: Moves<ArrayStatus, ArrayEvent> = {
  SUBMITTED: { submitted: "PENDING" },
  PENDING: {
    dependencyFailed: "FAILED",
    cancelled: "FAILED",
    childrenSucceeded: "SUCCEEDED",
    childFailed: "FAILED",
  },
  SUCCEEDED: {},
  FAILED: {},
};

import type { Fleet } from "../../fleet/index.ts";
import type { ChangeListeners } from "../../kernel/change-feed.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Duties } from "../../kernel/duties.ts";
import type { Failpoints } from "../../kernel/failpoints.ts";
import type { Log } from "../../kernel/log.ts";
import type { Timers } from "../../kernel/timers.ts";
import type { WorkQueue } from "../../kernel/work-queue.ts";
import type { BatchRecords, JobMoves, JobStore } from "../ports.ts";

/** Times of Batch's loops, in milliseconds. */
export interface BatchTimes {
  /** How long the duty lasts without renewal: a dead control plane's work is taken over within this. */
  readonly dutyMs: number;
  readonly renewMs: number;
  /** How often everything is looked at again, whatever the feed said. */
  readonly sweepMs: number;
  /** Before a job is tried again; AWS waits no time at all. */
  readonly retryDelayMs: number;
  /** How long an ended job stays describable. */
  readonly keepJobsMs: number;
}

/** All that the loops need of the outside. */
export interface BatchLoopDeps extends Omit<BatchRecords, "jobDefinitions"> {
  readonly jobs: JobStore;
  readonly jobMoves: JobMoves;
  readonly fleet: Fleet;
  readonly listeners: ChangeListeners;
  readonly duties: Duties;
  /** Wake-ups of what has a time. */
  readonly timerQueue: WorkQueue;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly failpoints: Failpoints;
  readonly times: BatchTimes;
  /** This control plane, to tell it from others. */
  readonly owner: string;
}

/** Jobs that one move takes at most: what waits for Redis meanwhile waits some milliseconds. */
export const JOBS_A_MOVE = 200;

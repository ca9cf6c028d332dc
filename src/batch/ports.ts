import type { Resources, TaskId } from "../fleet/index.ts";
import type { RecordStore } from "../kernel/records.ts";
import type { ComputeEnvironmentRecord } from "./model/compute-environment.ts";
import type { JobId, QueueId } from "./model/ids.ts";
import type { Job, JobAttempt, JobCause, JobStop, JobSubmission, WaitingReason } from "./model/job.ts";
import type { JobDefinitionRecord } from "./model/job-definition.ts";
import type { JobQueueRecord } from "./model/job-queue.ts";
import type { Verdict } from "./model/retry.ts";
import type { SchedulingPolicyRecord } from "./model/scheduling-policy.ts";
import type { JobStatus } from "./model/states.ts";

/** Documents of Batch, by the ids that `model/ids.ts` makes; definitions by the next number after `account/region/name:`. */
export interface BatchRecords {
  readonly jobQueues: RecordStore<JobQueueRecord>;
  readonly computeEnvironments: RecordStore<ComputeEnvironmentRecord>;
  readonly schedulingPolicies: RecordStore<SchedulingPolicyRecord>;
  readonly jobDefinitions: RecordStore<JobDefinitionRecord>;
}

export type SubmitOutcome =
  | { readonly type: "made" }
  /** The cause was seen before with the same fingerprint: this is its job. */
  | { readonly type: "repeated"; readonly id: JobId; readonly name: string }
  /** The cause was seen before with other parameters. */
  | { readonly type: "conflict" }
  /** It depends on a job that does not exist. */
  | { readonly type: "missing"; readonly job: JobId }
  /** N_TO_N with a job that is no array, or one of another size. */
  | { readonly type: "mismatch"; readonly job: JobId };

/** What is listed: a queue's jobs (no children), all or of one status or of one name, or an array's children. */
export type JobQuery =
  | { readonly queue: QueueId; readonly status?: JobStatus }
  | { readonly queue: QueueId; readonly name: string }
  | { readonly array: JobId; readonly status?: JobStatus };

export interface JobPage {
  /** Newest first; children by their index. */
  readonly jobs: readonly Job[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/** A job at the front of its queue. */
export interface FrontJob {
  readonly id: JobId;
  /** Since when it may start, in milliseconds since 1970. */
  readonly since: number;
}

/** Jobs as whoever asks for them sees them. Every change writes the feed: `job submitted`, `job ended`, … */
export interface JobStore {
  /** Makes a job, or an array as one entry with all its children. An acknowledged one is in its queue. */
  submit(submission: JobSubmission): Promise<SubmitOutcome>;
  /**
   * What the cause led to, without submitting anything: a submission asked again is answered even where its definition or queue
   * would not take it any more. `undefined`: the cause was never seen.
   */
  repeated(cause: JobCause): Promise<Extract<SubmitOutcome, { readonly type: "repeated" | "conflict" }> | undefined>;
  /** In the order asked; children are described as if each had a record. `undefined`: none of that id. */
  get(ids: readonly JobId[]): Promise<(Job | undefined)[]>;
  /** `cursor` is an earlier page's `next`. */
  list(query: JobQuery, page: { readonly limit: number; readonly cursor?: string }): Promise<JobPage>;
  /** How many jobs (no children) of a queue have each status. */
  counts(queue: QueueId): Promise<Readonly<Record<JobStatus, number>>>;
  /**
   * Asks jobs to end; what is unknown or has ended is left as it is, and the first reason stands. `cancel` ends what has not been
   * placed, and is forgotten on what has; a PENDING job ends when its dependencies have, an array when its children have. `terminate` ends
   * everything: waiting ones at once, others when their containers have stopped.
   */
  requestStop(ids: readonly JobId[], stop: JobStop): Promise<void>;
  /** RUNNABLE jobs in the order in which their queue would start them, children included; what is set aside is left out. */
  front(queue: QueueId, limit: number): Promise<FrontJob[]>;
  /** Replaces a job's tags; `false`: no such job. */
  setTags(id: JobId, tags: Readonly<Record<string, string>>): Promise<boolean>;
}

/** One entry of a line: a job, a child, or an array whose next children may start. */
export interface LineEntry {
  readonly id: JobId;
  /** The next children of an array that nobody has met; empty for what is no array. */
  readonly children: readonly number[];
  /** Where it stands: lower ones go first. */
  readonly place: number;
  /** Attempts it has had. */
  readonly attempts: number;
  readonly needs: Resources;
  /** A JobContainer and a RetryStrategy in JSON: equal jobs have equal texts, and a text is read once. */
  readonly container: string;
  readonly retry: string;
  /** Since when it may start. */
  readonly since: number;
}

/** The line of one share, and what its jobs have had. */
export interface ShareLine {
  readonly share: string;
  readonly runningCpu: number;
  /** CPU units of ended jobs, as they stood at `pastAt`. */
  readonly pastCpu: number;
  readonly pastAt: number;
  /** Why its first job waits, as last told. */
  readonly front?: JobWait;
  readonly entries: readonly LineEntry[];
  /** Whether more stand behind those. */
  readonly hasMore: boolean;
}

/** Why one job waits. */
export interface JobWait extends WaitingReason {
  readonly job: JobId;
}

/** The end of an attempt, judged. */
export interface JudgedEnd {
  readonly id: JobId;
  readonly attempt: JobAttempt;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly stoppedAt: number;
  /** Before the next attempt, where there is one. */
  readonly retryDelayMs: number;
}

/** An attempt that holds a host, as far as it is known. */
export interface LiveAttempt {
  readonly id: JobId;
  readonly attempt: number;
}

/** Jobs as the loops move them. Every move takes a batch, checks again what it builds on, and leaves alone what has changed. */
export interface JobMoves {
  /** The first jobs of each share of each queue, at one moment, in the order asked. */
  lines(queues: readonly QueueId[], firstOfEach: number): Promise<ShareLine[][]>;
  /** Takes jobs out of the line that no host could hold, and notes why the first of a share waits. */
  explain(notes: readonly (JobWait & { kind: "aside" | "waiting"; queue: QueueId; share: string })[]): Promise<void>;
  /** Puts what was set aside in a queue back in its place. Answers how many. */
  recall(queue: QueueId): Promise<number>;
  /** Attempts whose containers run. Answers when the first timeout of them is due. */
  started(attempts: readonly (LiveAttempt & { startedAt: number })[]): Promise<number | undefined>;
  /** Ends of attempts. Answers how many ends have dependents that are to be looked at. */
  ended(ends: readonly JudgedEnd[]): Promise<number>;
  /** Looks at some dependents of what has ended. Answers how many ends are left. */
  releaseDependents(limit: number): Promise<number>;
  /** Does what is due: retries into the line, timeouts into requests to stop. Answers how many, and when the next is due. */
  due(timeout: JobStop, limit: number): Promise<{ readonly done: number; readonly next?: number }>;
  /** Jobs that are to be stopped and hold a host. */
  stopping(): Promise<LiveAttempt[]>;
  /** Jobs that got their host before that time and hold it still. */
  liveSince(before: number): Promise<LiveAttempt[]>;
  /** What is set aside in a queue, each told by one of its jobs. */
  aside(queue: QueueId): Promise<JobWait[]>;
  /** Forgets jobs that ended before that time. Answers how many, and the tasks of their attempts. */
  forgetEndedBefore(time: number, limit: number): Promise<{ readonly jobs: number; readonly tasks: readonly TaskId[] }>;
}

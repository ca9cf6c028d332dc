import type { RecordStore } from "../kernel/records.ts";
import type { ComputeEnvironmentRecord } from "./model/compute-environment.ts";
import type { JobId, QueueId } from "./model/ids.ts";
import type { Job, JobCause, JobStop, JobSubmission } from "./model/job.ts";
import type { JobDefinitionRecord } from "./model/job-definition.ts";
import type { JobQueueRecord } from "./model/job-queue.ts";
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

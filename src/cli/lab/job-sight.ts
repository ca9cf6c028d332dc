import type { JobDetail, JobStatus } from "@aws-sdk/client-batch";
import type { Batch } from "../batch.ts";
import { describeJobs, jobsOfQueue } from "../find-jobs.ts";
import { hasEnded, isArray } from "../job-statuses.ts";
import { allPages } from "../pages.ts";
import { lastOf } from "../views/words.ts";

/** One attempt that has ended. */
export interface LabAttempt {
  readonly exitCode?: number;
}

/** A job as a lab's checks look at it. Times are milliseconds since 1970. */
export interface LabJob {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly status: JobStatus;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly reason: string;
  readonly vcpus: number;
  /** How often it may be tried. */
  readonly attemptsAllowed: number;
  /** Whether evaluateOnExit says which failures to try again. */
  readonly hasExitRules: boolean;
  readonly attempts: readonly LabAttempt[];
  readonly isCancelled: boolean;
  /** Of an array; all of them as soon as they have a record. */
  readonly children: readonly LabChild[];
}

export interface LabChild {
  readonly index: number;
  readonly status: JobStatus;
  readonly startedAt?: number;
}

/** What is true of jobs in a learner's Berth when a check begins, the newest first. */
export interface JobSight {
  readonly jobs: readonly LabJob[];
}

/** The jobs of these names in these queues. */
export const lookAtJobs = async (
  batch: Batch,
  queues: readonly string[],
  names: readonly string[],
): Promise<JobSight> => {
  const { jobQueues = [] } = await batch.describeJobQueues({ jobQueues: [...queues] });
  const listed = await Promise.all(jobQueues.map(({ jobQueueName = "" }) => jobsOfQueue(batch, jobQueueName)));
  const ids = listed.flat().flatMap(({ jobId, jobName = "" }) => (jobId && names.includes(jobName) ? [jobId] : []));
  const jobs = await Promise.all((await describeJobs(batch, ids)).map((job) => labJob(batch, job)));
  return { jobs: jobs.toSorted((a, b) => b.createdAt - a.createdAt) };
};

const labJob = async (batch: Batch, job: JobDetail): Promise<LabJob> => {
  const { jobId = "", retryStrategy, container, status = "SUBMITTED" } = job;
  const vcpus = container?.resourceRequirements?.find(({ type }) => type === "VCPU")?.value;
  return {
    id: jobId,
    name: job.jobName ?? "",
    queue: lastOf(job.jobQueue),
    status,
    createdAt: job.createdAt ?? 0,
    ...(job.startedAt && { startedAt: job.startedAt }),
    reason: job.statusReason ?? "",
    vcpus: Number(vcpus ?? 0),
    attemptsAllowed: retryStrategy?.attempts ?? 1,
    hasExitRules: (retryStrategy?.evaluateOnExit ?? []).length > 0,
    attempts: (job.attempts ?? []).map(({ container: ran }) =>
      ran?.exitCode === undefined ? {} : { exitCode: ran.exitCode },
    ),
    isCancelled: job.isCancelled === true || job.isTerminated === true,
    children: isArray(job) ? await childrenOf(batch, jobId, hasEnded(job)) : [],
  };
};

const childrenOf = async (batch: Batch, arrayJobId: string, isOver: boolean): Promise<LabChild[]> => {
  const statuses = isOver ? (["SUCCEEDED", "FAILED"] as const) : (["RUNNING", "SUCCEEDED", "FAILED"] as const);
  const perStatus = statuses.map((jobStatus) =>
    allPages(
      (nextToken) => batch.listJobs({ arrayJobId, jobStatus, nextToken }),
      (page) => page.jobSummaryList,
    ),
  );
  return (await Promise.all(perStatus)).flat().map(({ arrayProperties, status = "SUBMITTED", startedAt }) => ({
    index: arrayProperties?.index ?? 0,
    status,
    ...(startedAt && { startedAt }),
  }));
};

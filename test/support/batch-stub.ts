import type { JobDetail, JobSummary } from "@aws-sdk/client-batch";
import type { Batch } from "../../src/cli/batch.ts";
import { notAsked } from "./cli.ts";

const meta = { $metadata: {} };

const isLike = (pattern: string, name: string): boolean =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name.toLowerCase() === pattern.toLowerCase();

/** A Batch with one queue `default` that holds these jobs; a child of an array is known by its id. */
export const aBatch = (jobs: readonly JobDetail[], more: Partial<Batch> = {}): Batch => ({
  submitJob: notAsked("SubmitJob"),
  cancelJob: notAsked("CancelJob"),
  terminateJob: notAsked("TerminateJob"),
  createJobQueue: notAsked("CreateJobQueue"),
  registerJobDefinition: notAsked("RegisterJobDefinition"),
  describeJobDefinitions: notAsked("DescribeJobDefinitions"),
  getJobQueueSnapshot: async () => ({ ...meta }),
  describeJobQueues: async ({ jobQueues: asked }) => ({
    ...meta,
    jobQueues: [
      {
        jobQueueName: "default",
        jobQueueArn: "arn:aws:batch:us-east-1:000000000000:job-queue/default",
        state: "ENABLED" as const,
        priority: 1,
        computeEnvironmentOrder: [],
      },
    ].filter(({ jobQueueName }) => !asked || asked.includes(jobQueueName)),
  }),
  describeJobs: async ({ jobs: asked = [] }) => ({
    ...meta,
    jobs: jobs.filter(({ jobId = "" }) => asked.includes(jobId)),
  }),
  listJobs: async ({ arrayJobId, jobStatus, filters }) => {
    const [filter] = filters ?? [];
    const isMeant = ({ jobId = "", jobName = "", status }: JobDetail): boolean => {
      const [parent, index] = jobId.split(":");
      if (arrayJobId !== undefined) return parent === arrayJobId && index !== undefined && status === jobStatus;
      if (index !== undefined) return false;
      if (filter?.name === "JOB_NAME") return isLike(filter.values?.[0] ?? "", jobName);
      return filter !== undefined || status === (jobStatus ?? "RUNNING");
    };
    const summaries = jobs.filter(isMeant).map(({ container, ...job }): JobSummary => {
      const { exitCode, reason } = container ?? {};
      const { jobId, jobName, ...rest } = job;
      return { ...rest, jobId, jobName, container: { exitCode, reason } } as JobSummary;
    });
    return { ...meta, jobSummaryList: summaries };
  },
  ...more,
});

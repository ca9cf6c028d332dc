import type {
  ArrayPropertiesDetail,
  AttemptContainerDetail,
  AttemptDetail,
  ContainerDetail,
  JobDetail,
  JobSummary,
} from "@aws-sdk/client-batch";
import { formatArn } from "../../kernel/arn.ts";
import { scopedName } from "../model/ids.ts";
import type { Job, JobAttempt, JobContainer } from "../model/job.ts";
import { logStreamName } from "../model/log-stream.ts";
import { resourceArn } from "../model/names.ts";
import { asRequirements } from "../model/resource-requirements.ts";
import { JOB_STATUSES } from "../model/states.ts";

/** Where attempts run, as ECS names the places: an environment's cluster, and a host's container instance. */
export interface Places {
  cluster(environment: string): string | undefined;
  instance(host: string): string | undefined;
}

/** A job as DescribeJobs answers it. */
export const asJobDetail = (job: Job, places: Places): JobDetail => {
  const last = job.attempts.at(-1);
  return {
    ...identity(job),
    jobQueue: resourceArn(scopedName(job.queue), "job-queue", scopedName(job.queue).name),
    startedAt: job.startedAt,
    jobDefinition: job.definition,
    schedulingPriority: job.schedulingPriority,
    // AWS lists an attempt once it has ended; the one under way is told by `container`.
    attempts: job.attempts.filter(({ stoppedAt }) => stoppedAt !== undefined).map((one) => asAttempt(job, one, places)),
    retryStrategy: {
      attempts: job.retry.attempts,
      evaluateOnExit: job.retry.evaluateOnExit.map(({ action, ...patterns }) => ({
        ...patterns,
        action: action === "EXIT" ? "EXIT" : "RETRY",
      })),
    },
    dependsOn: job.dependsOn.map((dependency) => ({
      ...(dependency.type !== "SEQUENTIAL" && { jobId: dependency.job }),
      ...(dependency.type !== "job" && { type: dependency.type }),
    })),
    parameters: { ...job.parameters },
    container: {
      ...asContainer(job.container),
      ...(last && attemptContainer(job, last, places)),
    },
    ...arrayMembers(job),
    ...(job.timeoutSeconds !== undefined && { timeout: { attemptDurationSeconds: job.timeoutSeconds } }),
    tags: { ...job.tags },
    propagateTags: job.propagateTags,
    platformCapabilities: ["EC2"],
  };
};

/** A job as ListJobs answers it. */
export const asJobSummary = (job: Job): JobSummary => {
  const { exitCode, reason } = job.attempts.at(-1) ?? {};
  const size = job.arraySize;
  return {
    ...identity(job),
    ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
    container: { ...(exitCode !== undefined && { exitCode }), ...(reason !== undefined && { reason }) },
    jobDefinition: job.definition,
    ...(job.child && { arrayProperties: { index: job.child.index } }),
    ...(!job.child && size !== undefined && { arrayProperties: { size } }),
  };
};

/** What both say of it. */
const identity = (job: Job) => {
  const reason = job.statusReason ?? job.waiting?.text;
  return {
    jobArn: resourceArn(scopedName(job.queue), "job", job.id),
    jobId: job.id as string,
    jobName: job.name,
    createdAt: job.createdAt,
    status: job.status,
    ...(reason !== undefined && { statusReason: reason }),
    ...(job.stoppedAt !== undefined && { stoppedAt: job.stoppedAt }),
    ...(job.share !== undefined && { shareIdentifier: job.share }),
    isCancelled: job.stop?.kind === "cancel",
    isTerminated: job.stop?.kind === "terminate",
  };
};

const asContainer = ({
  vcpus,
  memoryMiB,
  logStreamPrefix: _,
  siblings: __,
  ...container
}: JobContainer): ContainerDetail => ({
  ...container,
  command: [...container.command],
  environment: [...container.environment],
  volumes: container.volumes ?? [],
  mountPoints: container.mountPoints ?? [],
  ulimits: container.ulimits ?? [],
  networkInterfaces: [],
  resourceRequirements: asRequirements({ vcpus, memoryMiB }),
  secrets: container.secrets ?? [],
});

const attemptContainer = (job: Job, attempt: JobAttempt, places: Places): AttemptContainerDetail => {
  const cluster = places.cluster(attempt.environment);
  const stream = logStreamName(job.definition, job.container, attempt.task);
  const instance = places.instance(attempt.host);
  const ecsArn = (resource: string) => formatArn({ ...scopedName(job.queue), service: "ecs", resource });
  return {
    ...(cluster && { taskArn: ecsArn(`task/${cluster}/${attempt.task}`) }),
    ...(cluster && instance && { containerInstanceArn: ecsArn(`container-instance/${cluster}/${instance}`) }),
    ...(attempt.exitCode !== undefined && { exitCode: attempt.exitCode }),
    ...(attempt.reason !== undefined && { reason: attempt.reason }),
    ...(stream !== undefined && { logStreamName: stream }),
    networkInterfaces: [],
  };
};

const asAttempt = (job: Job, attempt: JobAttempt, places: Places): AttemptDetail => ({
  container: attemptContainer(job, attempt, places),
  ...(attempt.startedAt !== undefined && { startedAt: attempt.startedAt }),
  ...(attempt.stoppedAt !== undefined && { stoppedAt: attempt.stoppedAt }),
  ...(attempt.statusReason !== undefined && { statusReason: attempt.statusReason }),
});

const arrayMembers = (job: Job): { readonly arrayProperties?: ArrayPropertiesDetail } => {
  if (job.child) return { arrayProperties: { index: job.child.index, statusSummary: {} } };
  if (job.arraySize === undefined) return {};
  const counts = JOB_STATUSES.map((status) => [status, job.summary?.[status] ?? 0]);
  return { arrayProperties: { size: job.arraySize, statusSummary: Object.fromEntries(counts) } };
};

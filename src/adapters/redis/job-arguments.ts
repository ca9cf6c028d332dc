import type { JobSubmission } from "../../batch/model/job.ts";

/** The members of a submission that are neither moved by nor needed alone, kept as one text. */
export type FixedJob = Pick<
  JobSubmission,
  | "definition"
  | "parameters"
  | "timeoutSeconds"
  | "dependsOn"
  | "arraySize"
  | "share"
  | "schedulingPriority"
  | "propagateTags"
>;

const fixedOf = (job: JobSubmission): FixedJob => ({
  definition: job.definition,
  parameters: job.parameters,
  ...(job.timeoutSeconds !== undefined && { timeoutSeconds: job.timeoutSeconds }),
  dependsOn: job.dependsOn,
  ...(job.arraySize !== undefined && { arraySize: job.arraySize }),
  ...(job.share !== undefined && { share: job.share }),
  schedulingPriority: job.schedulingPriority,
  propagateTags: job.propagateTags,
});

/** CPU units of one vCPU. */
const UNITS = 1024;

/** A submission as `submit-job.lua` takes it. */
export const submitArguments = (job: JobSubmission): (string | number)[] => [
  job.id,
  job.createdAt,
  job.cause?.key ?? "",
  job.cause?.fingerprint ?? "",
  job.queue,
  job.share ?? "",
  job.name,
  job.schedulingPriority,
  job.arraySize ?? 0,
  job.timeoutSeconds ?? "",
  Math.round(job.container.vcpus * UNITS),
  job.container.memoryMiB,
  JSON.stringify(fixedOf(job)),
  JSON.stringify(job.container),
  JSON.stringify(job.retry),
  JSON.stringify(job.tags),
  ...job.dependsOn.flatMap((one) => [one.type, "job" in one ? one.job : ""]),
];

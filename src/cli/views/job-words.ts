import type { JobDetail, JobSummary } from "@aws-sdk/client-batch";
import { isArray } from "../job-statuses.ts";
import { shortJobId } from "./words.ts";

/** Name and id, as a sentence names a job: `nightly (3f2a91c0)`. */
export const named = ({ jobName, jobId }: Pick<JobSummary, "jobName" | "jobId">): string =>
  `${jobName} (${shortJobId(jobId)})`;

interface Reasons {
  readonly statusReason?: string | undefined;
  readonly container?: { readonly reason?: string | undefined } | undefined;
}

/** AWS's reason of a job or an attempt, and what its container adds. */
export const reasonWords = ({ statusReason, container }: Reasons): string => {
  const more = container?.reason && !statusReason?.includes(container.reason) ? [container.reason] : [];
  return [...(statusReason ? [statusReason] : []), ...more].join("; ");
};

/** Why a job failed or waits. What succeeded has AWS's sentence too, and it tells nothing. */
export const endReason = (job: JobDetail | JobSummary): string => (job.status === "SUCCEEDED" ? "" : reasonWords(job));

/** `nightly (3f2a91c0) failed with 3: Essential container in task exited`. */
export const failureWords = (job: JobDetail | JobSummary): string => {
  const code = job.container?.exitCode;
  const how = code === undefined ? "failed" : `failed with ${code}`;
  const why = endReason(job);
  return `${named(job)} ${how}${why ? `: ${why}` : ""}`;
};

/** What is said of a single job's end: nothing where it simply succeeded. */
export const endNote = (job: JobDetail): string | undefined => {
  const attempts = job.attempts?.length ?? 0;
  const tried = attempts > 1 ? ` at attempt ${attempts}` : "";
  if (job.status !== "SUCCEEDED") return `${failureWords(job)}${attempts > 1 ? ` (${attempts} attempts)` : ""}`;
  return tried && !isArray(job) ? `${named(job)} succeeded${tried}` : undefined;
};

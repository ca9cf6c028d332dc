import type { JobSummary } from "@aws-sdk/client-batch";
import { endReason } from "./job-words.ts";
import { table } from "./table.ts";
import { ago, lasted, shortJobId } from "./words.ts";

/** A job as a list shows it: with the queue it was found in. */
export interface ListedJob extends JobSummary {
  readonly queue: string;
}

const took = ({ startedAt, stoppedAt }: JobSummary, now: number): string | undefined =>
  startedAt ? lasted((stoppedAt ?? now) - startedAt) : undefined;

const REASON_WIDTH = 100;
const shortened = (text: string): string => (text.length > REASON_WIDTH ? `${text.slice(0, REASON_WIDTH - 1)}…` : text);

/** Jobs in the order given. */
export const jobsTable = (jobs: readonly ListedJob[], now: number): string => {
  const queues = new Set(jobs.map(({ queue }) => queue));
  const isQueueShown = queues.size > 1;
  const hasShares = jobs.some(({ shareIdentifier }) => shareIdentifier !== undefined);
  const rows = jobs.map((job) => [
    shortJobId(job.jobId),
    job.jobName,
    ...(isQueueShown ? [job.queue] : []),
    ...(hasShares ? [job.shareIdentifier] : []),
    job.status,
    job.arrayProperties?.index === undefined ? job.arrayProperties?.size : undefined,
    ago(job.createdAt, now),
    took(job, now),
    job.container?.exitCode,
    shortened(endReason(job)),
  ]);
  const head = [
    "JOB",
    "NAME",
    ...(isQueueShown ? ["QUEUE"] : []),
    ...(hasShares ? ["SHARE"] : []),
    "STATUS",
    "ARRAY",
    "SUBMITTED",
    "RAN",
    "EXIT",
    "REASON",
  ];
  return table(head, rows);
};

import type { AttemptDetail, JobDetail } from "@aws-sdk/client-batch";
import type { JobWhyAnswer } from "../answers.ts";
import { isArray } from "../job-statuses.ts";
import { countStatuses, countWords, statusBar } from "./job-progress.ts";
import { waitingSentences } from "./job-why.ts";
import { endReason, named, reasonWords } from "./job-words.ts";
import { table } from "./table.ts";
import { ago, lasted, lastOf, shortId } from "./words.ts";

/** One job: what it is, its states with their times, its attempts, and what it waits for. */
export const jobText = (job: JobDetail, why: JobWhyAnswer | undefined, now: number): string => {
  const rows = (job.attempts ?? []).map((attempt, at) => attemptRow(attempt, at + 1, why));
  const under = why?.attempts.find(({ stoppedAt }) => stoppedAt === undefined);
  if (under && !rows[under.attempt - 1]) {
    const ran = under.startedAt ? lasted(now - under.startedAt) : undefined;
    rows.push([under.attempt, under.host, shortId(under.taskId), time(under.startedAt), ran, undefined, "under way"]);
  }
  const counts = countStatuses([job]);
  const waits = why ? waitingSentences(why, now) : [];
  return [
    `Job ${named(job)} in queue ${lastOf(job.jobQueue)}: ${job.status}`,
    `Id ${job.jobId}, definition ${lastOf(job.jobDefinition)}${whatItRuns(job)}`,
    ...(isArray(job) ? [`${statusBar(counts)} ${countWords(counts)}`] : []),
    ...(endReason(job) && waits.length === 0 ? [endReason(job)] : []),
    ...waits,
    "",
    table(["WHAT", "WHEN", "AGO"], timeRows(job, now)),
    ...(rows.length > 0 ? ["", table(["ATTEMPT", "HOST", "TASK", "STARTED", "RAN", "EXIT", "REASON"], rows)] : []),
  ].join("\n");
};

const whatItRuns = ({ container, retryStrategy, timeout, arrayProperties }: JobDetail): string => {
  const sizes = (container?.resourceRequirements ?? []).map(({ type, value }) =>
    type === "VCPU" ? `${value} vCPU` : type === "MEMORY" ? `${value} MiB` : `${value} ${type}`,
  );
  const seconds = timeout?.attemptDurationSeconds;
  return [
    "",
    ...(container?.image ? [container.image] : []),
    ...sizes,
    ...(arrayProperties?.index === undefined ? [] : [`child ${arrayProperties.index}`]),
    ...((retryStrategy?.attempts ?? 1) > 1 ? [`up to ${retryStrategy?.attempts} attempts`] : []),
    ...(seconds === undefined ? [] : [`${seconds} s an attempt`]),
  ].join(", ");
};

const time = (at: number | undefined): string | undefined =>
  at
    ? new Date(at)
        .toISOString()
        .replace("T", " ")
        .replace(/\.\d+Z$/, "Z")
    : undefined;

const timeRows = ({ createdAt, startedAt, stoppedAt, status }: JobDetail, now: number) =>
  (
    [
      ["submitted", createdAt],
      ["started", startedAt],
      [status === "FAILED" ? "failed" : "succeeded", stoppedAt],
    ] as const
  ).flatMap(([what, at]) => (at ? [[what, time(at), ago(at, now)]] : []));

const attemptRow = (
  { startedAt, stoppedAt, container, statusReason }: AttemptDetail,
  number: number,
  why: JobWhyAnswer | undefined,
) => {
  const place = why?.attempts.find(({ attempt }) => attempt === number);
  return [
    number,
    place?.host ?? lastOf(container?.containerInstanceArn).slice(0, 8),
    shortId(container?.taskArn ?? place?.taskId),
    time(startedAt),
    startedAt && stoppedAt ? lasted(stoppedAt - startedAt) : undefined,
    container?.exitCode,
    reasonWords({ statusReason, container }),
  ];
};

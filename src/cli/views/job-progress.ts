import type { JobDetail, JobStatus } from "@aws-sdk/client-batch";
import { isArray, JOB_STATUSES } from "../job-statuses.ts";
import { lasted } from "./words.ts";

/** How many jobs have each status; of an array its children count. */
export type StatusCounts = Readonly<Record<JobStatus, number>>;

/** What has ended comes first. */
const CELLS: readonly (readonly [JobStatus, cell: string, word: string])[] = [
  ["SUCCEEDED", "█", "succeeded"],
  ["FAILED", "✗", "failed"],
  ["RUNNING", "▓", "running"],
  ["STARTING", "▒", "starting"],
  ["RUNNABLE", "░", "runnable"],
  ["PENDING", "·", "pending"],
  ["SUBMITTED", "·", "submitted"],
];
const WIDTH = 20;

/** The jobs of several arrays and single jobs, by status. */
export const countStatuses = (jobs: readonly JobDetail[]): StatusCounts => {
  const counts = Object.fromEntries(JOB_STATUSES.map((status) => [status, 0])) as Record<JobStatus, number>;
  for (const job of jobs) {
    const { status = "SUBMITTED", arrayProperties: { size = 0, statusSummary = {} } = {} } = job;
    if (!isArray(job)) {
      counts[status] += 1;
      continue;
    }
    // Children that are in no count wait for the array's dependencies, or share the end of an array that failed by them.
    let uncounted = size;
    for (const one of JOB_STATUSES) {
      counts[one] += statusSummary[one] ?? 0;
      uncounted -= statusSummary[one] ?? 0;
    }
    counts[status] += Math.max(0, uncounted);
  }
  return counts;
};

const total = (counts: StatusCounts): number => JOB_STATUSES.reduce((sum, status) => sum + counts[status], 0);
export const endedOf = ({ SUCCEEDED, FAILED }: StatusCounts): number => SUCCEEDED + FAILED;

/** `[████▓░░···]`: every status that is there has a cell at least, as far as there is room; the rest is shared by number. */
export const statusBar = (counts: StatusCounts, width = WIDTH): string => {
  const all = total(counts);
  const present = CELLS.filter(([status]) => counts[status] > 0);
  const exact = present.map(([status]) => (counts[status] / all) * width);
  const cells = exact.map((share) => Math.max(1, Math.floor(share)));
  const lacks = (at: number): number => (exact[at] ?? 0) - (cells[at] ?? 0);
  for (let spare = width - cells.reduce((sum, number) => sum + number, 0); spare !== 0; spare -= Math.sign(spare)) {
    // Who lacks most gets one more; who has most too much, and more than its one, gives one.
    const candidates = [...cells.keys()].filter((at) => spare > 0 || cells[at]! > 1);
    const [chosen] = candidates.toSorted((a, b) => Math.sign(spare) * (lacks(b) - lacks(a)));
    if (chosen === undefined) break;
    cells[chosen]! += Math.sign(spare);
  }
  return `[${present.map(([, cell], at) => cell.repeat(cells[at]!)).join("")}]`;
};

/** `31 of 50 ended, 2 failed, 3 running, 16 runnable`. */
export const countWords = (counts: StatusCounts): string => {
  return [`${endedOf(counts)} of ${total(counts)} ended`, ...otherWords(counts)].join(", ");
};

const otherWords = (counts: StatusCounts): string[] =>
  CELLS.filter(([status]) => status !== "SUCCEEDED" && counts[status] > 0).map(
    ([status, , word]) => `${counts[status]} ${word}`,
  );

/** How many had ended at a moment, in milliseconds since 1970. */
export interface ProgressSample {
  readonly at: number;
  readonly ended: number;
}

/** Jobs that end in a second, between the first and the last sample; `undefined` as long as none did. */
export const throughput = (samples: readonly ProgressSample[]): number | undefined => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at <= first.at || last.ended <= first.ended) return undefined;
  return ((last.ended - first.ended) * 1000) / (last.at - first.at);
};

const rateWords = (perSecond: number): string =>
  perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/min`;

/** The live line: states as a bar, throughput, when all will have ended if it goes on like this, and the states in numbers. */
export const progressLine = (counts: StatusCounts, samples: readonly ProgressSample[]): string => {
  const perSecond = throughput(samples);
  const left = total(counts) - endedOf(counts);
  return [
    `${statusBar(counts)} ${endedOf(counts)}/${total(counts)}`,
    ...(perSecond === undefined ? [] : [rateWords(perSecond)]),
    ...(perSecond === undefined || left === 0 ? [] : [`about ${lasted((left * 1000) / perSecond)} left`]),
    otherWords(counts).join(", "),
  ]
    .filter((part) => part !== "")
    .join(" · ");
};

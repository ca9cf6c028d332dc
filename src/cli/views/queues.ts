import type { JobDetail, JobQueueDetail, JobStatus } from "@aws-sdk/client-batch";
import { named } from "./job-words.ts";
import { table } from "./table.ts";
import { lastOf } from "./words.ts";

/** A queue with how full it is. An array counts as one job. */
export interface ListedQueue {
  readonly queue: JobQueueDetail;
  readonly counts: Readonly<Record<JobStatus, number>>;
  /** Who is next. */
  readonly first?: JobDetail;
}

const NEXT_WIDTH = 90;

const nextWords = ({ first }: ListedQueue): string | undefined => {
  if (!first) return undefined;
  const text = `${named(first)}${first.statusReason ? `: ${first.statusReason}` : ""}`;
  return text.length > NEXT_WIDTH ? `${text.slice(0, NEXT_WIDTH - 1)}…` : text;
};

/** Queues in the order in which they are served. */
export const queuesTable = (queues: readonly ListedQueue[]): string => {
  const inOrder = queues.toSorted(
    (a, b) =>
      (b.queue.priority ?? 0) - (a.queue.priority ?? 0) ||
      (a.queue.jobQueueName ?? "").localeCompare(b.queue.jobQueueName ?? "", "en"),
  );
  const rows = inOrder.map((one) => [
    one.queue.jobQueueName,
    one.queue.state,
    one.queue.priority,
    (one.queue.computeEnvironmentOrder ?? []).map(({ computeEnvironment }) => lastOf(computeEnvironment)).join(" "),
    one.counts.SUBMITTED + one.counts.PENDING,
    one.counts.RUNNABLE,
    one.counts.STARTING + one.counts.RUNNING,
    one.counts.SUCCEEDED,
    one.counts.FAILED,
    nextWords(one),
  ]);
  const head = [
    "QUEUE",
    "STATE",
    "PRIORITY",
    "RUNS ON",
    "PENDING",
    "RUNNABLE",
    "RUNNING",
    "SUCCEEDED",
    "FAILED",
    "NEXT",
  ];
  return table(head, rows);
};

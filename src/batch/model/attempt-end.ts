import type { HostId, StopRequest, Task, TaskId } from "../../fleet/index.ts";
import type { Change } from "../../kernel/change-feed.ts";
import type { JobId } from "./ids.ts";
import type { JobAttempt } from "./job.ts";
import type { AttemptDetails } from "./job-task.ts";
import { judgeEnd, type Verdict } from "./retry.ts";

/** What follows from a task of Batch's that has STOPPED. */
export interface Judgement {
  readonly id: JobId;
  readonly attempt: JobAttempt;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly stoppedAt: number;
}

/** What judging needs of a task. */
export type EndedTask = Pick<Task, "id" | "host" | "createdAt" | "details" | "observed" | "stop">;

/** An attempt's task as the entry of its end tells it; `undefined` for an entry that tells less: then the task is to be read. */
export const endedTaskOf = ({ subject, facts }: Change): EndedTask | undefined => {
  const { host, createdAt, observed, details, stop } = facts;
  if (observed === undefined || details === undefined) return undefined;
  return {
    id: subject as TaskId,
    host: host as HostId,
    createdAt: Number(createdAt),
    details: JSON.parse(details) as Task["details"],
    observed: JSON.parse(observed) as Task["observed"],
    ...(stop && { stop: JSON.parse(stop) as StopRequest }),
  };
};

/** The details of a task that Batch placed; `undefined` for another wing's. */
export const detailsOfAttempt = ({ details }: Pick<Task, "details">): AttemptDetails | undefined =>
  typeof details.jobAttempt === "number" ? (details as unknown as AttemptDetails) : undefined;

/** Judges the end of an attempt by the retry strategy that was placed with it. */
export const judgeTask = (task: EndedTask, { job, jobAttempt, environment, retry }: AttemptDetails): Judgement => {
  const [container] = task.observed.containers;
  const { exitCode, reason } = container ?? {};
  const { startedAt, stoppedAt = task.createdAt } = task.observed;
  const statusReason = task.stop?.reason ?? "Essential container in task exited";
  const end = {
    statusReason,
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
  };
  return {
    id: job,
    attempt: {
      attempt: jobAttempt,
      task: task.id,
      host: task.host,
      environment,
      ...(startedAt !== undefined && { startedAt }),
      stoppedAt,
      ...end,
    },
    verdict: judgeEnd(retry, jobAttempt, end),
    reason: statusReason,
    stoppedAt,
  };
};

import type { Task, TaskId } from "../../fleet/index.ts";
import { detailsOfAttempt, type EndedTask, judgeTask } from "../model/attempt-end.ts";
import type { JudgedEnd } from "../ports.ts";
import { chunks } from "./dispatcher.ts";
import { type BatchLoopDeps, JOBS_A_MOVE } from "./loop-deps.ts";

type EnderDeps = Pick<BatchLoopDeps, "jobMoves" | "fleet" | "clock" | "failpoints" | "times"> & {
  /** Hears when something will be due. */
  readonly wakeAt: (time: number) => Promise<void>;
};

/** Takes what is seen of tasks to their jobs: attempts that run, and ends, judged by the retry strategy. */
export const ender = (deps: EnderDeps) => {
  const { jobMoves, fleet, clock, failpoints, times, wakeAt } = deps;

  const started = async (tasks: readonly Task[]): Promise<void> => {
    const attempts = tasks.flatMap((task) => {
      const details = detailsOfAttempt(task);
      if (!details) return [];
      return [{ id: details.job, attempt: details.jobAttempt, startedAt: task.observed.startedAt ?? clock.now() }];
    });
    if (attempts.length === 0) return;
    await failpoints.hit("batch.before-start");
    const due = await jobMoves.started(attempts);
    await failpoints.hit("batch.started");
    if (due !== undefined) await wakeAt(due);
  };

  const ended = async (ends: readonly JudgedEnd[]): Promise<void> => {
    if (ends.length === 0) return;
    await failpoints.hit("batch.before-end");
    const left = await jobMoves.ended(ends);
    await failpoints.hit("batch.ended");
    if (left > 0) await releaseAll();
    if (times.retryDelayMs > 0 && ends.some(({ verdict }) => verdict === "RETRY"))
      await wakeAt(clock.now() + times.retryDelayMs);
  };

  const releaseAll = async (): Promise<void> => {
    do await failpoints.hit("batch.before-release");
    while ((await jobMoves.releaseDependents(JOBS_A_MOVE)) > 0);
  };

  const judged = (task: EndedTask): JudgedEnd[] => {
    const details = detailsOfAttempt(task);
    return details ? [{ ...judgeTask(task, details), retryDelayMs: times.retryDelayMs }] : [];
  };

  /** Tasks as they are now: what their jobs have heard already is left alone. */
  const look = async (ids: readonly TaskId[]): Promise<void> => {
    for (const some of chunks(ids, JOBS_A_MOVE)) {
      const tasks = (await fleet.tasks(some)).flatMap((task) => task ?? []);
      await started(tasks.filter(({ observed }) => observed.status === "RUNNING"));
      await ended(tasks.filter(({ observed }) => observed.status === "STOPPED").flatMap(judged));
    }
  };

  /** Ends as the feed told them. */
  const judge = async (tasks: readonly EndedTask[]): Promise<void> => {
    await Promise.all(chunks(tasks, JOBS_A_MOVE).map((some) => ended(some.flatMap(judged))));
  };

  return { look, judge, releaseAll };
};

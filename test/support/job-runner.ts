import { changeFeed } from "../../src/adapters/redis/change-feed.ts";
import { changeListeners } from "../../src/adapters/redis/change-listeners.ts";
import type { RedisStore } from "../../src/adapters/redis/store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import { detailsOfAttempt } from "../../src/batch/model/attempt-end.ts";
import type { TaskId } from "../../src/fleet/model/ids.ts";
import type { ObservedTask, Task } from "../../src/fleet/model/task.ts";

/** How an attempt of a job ends: its exit code, or that it runs until it is asked to stop. */
export type Program = (job: string, attempt: number) => number | "waits";

/** Stands for hosts and their owners: what is placed runs and ends at once, as its program says. Owners have epoch 1. */
export const jobRunner = async (store: RedisStore, program: Program) => {
  const tasks = taskStore(store);
  const listeners = await changeListeners(changeFeed(store), () => {});
  /** Every attempt that ran, as `job#attempt`. */
  const ran: string[] = [];

  const observe = (task: Task, observed: Partial<ObservedTask>, at: number) =>
    tasks.observe(task.id, 1, { ...task.observed, ...observed } as ObservedTask, at);

  const run = async (task: Task): Promise<void> => {
    const { job, jobAttempt } = detailsOfAttempt(task)!;
    const at = Date.now();
    const isFirst = await observe(task, { status: "RUNNING", startedAt: at }, at);
    if (!isFirst) return;
    ran.push(`${job}#${jobAttempt}`);
    const exitCode = program(job, jobAttempt);
    if (exitCode !== "waits") await end(task, at, exitCode);
  };

  const end = async (task: Task, startedAt: number, exitCode: number): Promise<void> => {
    const containers = task.observed.containers.map((one) => ({ ...one, status: "STOPPED" as const, exitCode }));
    const at = Date.now();
    await observe(task, { status: "STOPPED", startedAt, stoppedAt: at, containers }, at);
  };

  const see = async (id: TaskId, verb: string): Promise<void> => {
    const [task] = await tasks.get([id]);
    if (!task || !detailsOfAttempt(task)) return;
    if (verb === "placed") await run(task);
    else await end(task, task.observed.startedAt ?? Date.now(), 143);
  };

  listeners.listen((item) => {
    if (item.type !== "change" || item.change.kind !== "task") return;
    const { verb, subject, facts } = item.change;
    if (facts.group === "batch" && (verb === "placed" || verb === "stop-requested"))
      void see(subject as TaskId, verb).catch(() => {});
  });
  return { ran, tasks, listeners, close: () => listeners.close() };
};

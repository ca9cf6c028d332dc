import type { WorkQueue } from "../../kernel/work-queue.ts";
import type { FleetDeps } from "./deps.ts";

const AT_ONCE = 500;

/** Forgets tasks that have been STOPPED for long enough, with what they printed. May run twice, and in several processes. */
export const forgetStoppedTasks = async ({
  clock,
  tasks,
  logFiles,
  times,
}: Pick<FleetDeps, "clock" | "tasks" | "logFiles" | "times">): Promise<number> => {
  const before = clock.now() - times.keepRecordsMs;
  let forgotten = 0;
  for (;;) {
    const ids = await tasks.forgetStoppedBefore(before, AT_ONCE);
    for (const id of ids) await logFiles.remove(id);
    forgotten += ids.length;
    if (ids.length < AT_ONCE) return forgotten;
  }
};

/** The janitor's rounds: one at a time over all control planes. */
export const runJanitor = async (deps: FleetDeps, queue: WorkQueue, everyMs: number): Promise<void> => {
  await queue.handle(async () => {
    const forgotten = await forgetStoppedTasks(deps);
    if (forgotten > 0) deps.log.info({ forgotten }, "forgot stopped tasks");
  }, 1);
  await queue.every("forget-stopped-tasks", everyMs);
};

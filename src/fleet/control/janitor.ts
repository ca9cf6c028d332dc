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
    for (const { id, keepsOutput } of ids) if (!keepsOutput) await logFiles.remove(id);
    forgotten += ids.length;
    if (ids.length < AT_ONCE) return forgotten;
  }
};

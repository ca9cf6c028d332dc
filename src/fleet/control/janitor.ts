import type { FleetDeps } from "./deps.ts";

const AT_ONCE = 500;

/** Forgets tasks that have been STOPPED for long enough, with what they printed, where nobody else keeps that. May run twice, and in several processes. */
export const forgetStoppedTasks = async ({
  clock,
  tasks,
  logFiles,
  outputs,
  times,
}: Pick<FleetDeps, "clock" | "tasks" | "logFiles" | "outputs" | "times">): Promise<number> => {
  const before = clock.now() - times.keepRecordsMs;
  let forgotten = 0;
  for (;;) {
    const gone = await tasks.forgetStoppedBefore(before, AT_ONCE);
    const kept = await outputs.kept(gone.map(({ id }) => id));
    for (const { id, keepsOutput } of gone) if (!keepsOutput && !kept.has(id)) await logFiles.remove(id);
    forgotten += gone.length;
    if (gone.length < AT_ONCE) return forgotten;
  }
};

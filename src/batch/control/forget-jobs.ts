import type { BatchLoopDeps } from "./loop-deps.ts";

const AT_ONCE = 50;

/** Forgets jobs that ended long enough ago, with what they printed. May run twice, and in several processes. */
export const forgetEndedJobs = async ({
  jobMoves,
  fleet,
  clock,
  times,
}: Pick<BatchLoopDeps, "jobMoves" | "fleet" | "clock" | "times">): Promise<number> => {
  let forgotten = 0;
  for (;;) {
    const { jobs, tasks } = await jobMoves.forgetEndedBefore(clock.now() - times.keepJobsMs, AT_ONCE);
    await fleet.forgetOutput(tasks);
    forgotten += jobs;
    if (jobs < AT_ONCE) return forgotten;
  }
};

import { taskOfAttempt } from "../model/ids.ts";
import type { BatchLoopDeps } from "./loop-deps.ts";

/** Hands requests to end on to the tasks of the attempts: TERM, thirty seconds, KILL. Asking again changes nothing. */
export const stopper =
  ({ jobs, jobMoves, fleet, failpoints }: Pick<BatchLoopDeps, "jobs" | "jobMoves" | "fleet" | "failpoints">) =>
  async (): Promise<void> => {
    const stopping = await jobMoves.stopping();
    if (stopping.length === 0) return;
    const read = await jobs.get(stopping.map(({ id }) => id));
    for (const [i, { id, attempt }] of stopping.entries()) {
      const stop = read[i]?.stop;
      if (!stop) continue;
      await failpoints.hit("batch.before-stop");
      await fleet.stopTask(taskOfAttempt(id, attempt), "UserInitiated", stop.reason);
    }
  };

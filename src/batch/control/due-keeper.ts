import type { BatchLoopDeps } from "./loop-deps.ts";

const AT_ONCE = 200;
const TIMEOUT_REASON = "Job attempt duration exceeded timeout";

/** Does what has its time: timeouts and retries that waited. Every control plane handles the wake-ups; a lost one is found by the sweep. */
export const dueKeeper = ({
  jobMoves,
  timerQueue,
  clock,
  failpoints,
}: Pick<BatchLoopDeps, "jobMoves" | "timerQueue" | "clock" | "failpoints">) => {
  const wakeAt = async (time: number): Promise<void> => {
    const delayMs = Math.max(0, time - clock.now());
    await timerQueue.add({ name: "due", data: {} }, { delayMs, once: `due-${Math.ceil(time / 1000)}` });
  };

  const doWhatIsDue = async (): Promise<void> => {
    for (;;) {
      await failpoints.hit("batch.before-due");
      const at = clock.now();
      const { done, next } = await jobMoves.due({ kind: "timeout", reason: TIMEOUT_REASON, at }, AT_ONCE);
      if (done === AT_ONCE) continue;
      if (next !== undefined) await wakeAt(next);
      return;
    }
  };

  return { wakeAt, doWhatIsDue };
};

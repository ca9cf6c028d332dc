import type { Fleet, Task } from "../fleet/index.ts";

/** How long a task has between the word that its capacity is taken back and its end. */
export interface SpotSettings {
  readonly noticeSeconds: number;
}

/** Takes back the capacity of a task on Spot: TERM now, and KILL when the notice is over. One that stops already is left alone. */
export const interruptSpot = (
  fleet: Fleet,
  { noticeSeconds }: SpotSettings,
  task: Task["id"],
): Promise<Task | undefined> =>
  fleet.stopTask(task, "SpotInterruption", "Your Spot Task was interrupted.", noticeSeconds);

import type { Fleet, Task } from "../../fleet/index.ts";
import { asStoredDetails, detailsOf, type TaskDetails } from "../model/task-details.ts";

/**
 * Replaces what ECS keeps with a task by what is decided of it as it is at that moment. A decision that throws changes nothing.
 * `undefined`: the task is gone.
 */
export const changeTaskDetails = async (
  fleet: Fleet,
  task: Task,
  decide: (details: TaskDetails, task: Task) => TaskDetails,
): Promise<Task | undefined> => {
  for (let now = task; ; ) {
    const next = asStoredDetails(decide(detailsOf(now), now));
    const changed = await fleet.setTaskDetails(now.id, now.version, next);
    if (changed) return changed;
    // It moved on meanwhile: look again. A task moves a handful of times in its life.
    const [again] = await fleet.tasks([now.id]);
    if (!again) return undefined;
    now = again;
  }
};

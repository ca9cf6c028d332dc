import type { ClusterId, Fleet, Task } from "../fleet/index.ts";

/** Tasks of a cluster bearing the terms that have not stopped, whatever is wanted of them. */
export const unstoppedTasks = async (fleet: Fleet, cluster: ClusterId, terms: readonly string[]): Promise<Task[]> => {
  const tasks = await fleet.tasks(await fleet.findTasks(cluster, terms));
  return tasks.flatMap((task) => (task && task.observed.status !== "STOPPED" ? [task] : []));
};

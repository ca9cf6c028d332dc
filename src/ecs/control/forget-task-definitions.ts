import { clusterId } from "../../fleet/index.ts";
import type { TaskDefinitionRevision } from "../model/records.ts";
import { arnOf, asRevision, CLUSTER_TERM, nameOfClusterId, TASK_DEFINITION_TERM } from "../model/store-keys.ts";
import { TERM } from "../model/task-details.ts";
import type { EcsDeps } from "../ports.ts";
import { unstoppedTasks } from "../unstopped-tasks.ts";

/**
 * Removes the task definitions in DELETE_IN_PROGRESS that no task uses any more. Returns how many. To be called by a sweep;
 * calling it twice at once is harmless.
 */
export const forgetDeletedTaskDefinitions = async (deps: EcsDeps): Promise<number> => {
  const { taskDefinitions } = deps;
  const ids = await taskDefinitions.find([TASK_DEFINITION_TERM.status("DELETE_IN_PROGRESS")]);
  let forgotten = 0;
  for (const stored of await taskDefinitions.get(ids)) {
    if (!stored || (await isUsed(deps, asRevision(stored)))) continue;
    if (await taskDefinitions.remove(stored.id, stored.version)) forgotten += 1;
  }
  return forgotten;
};

const isUsed = async ({ clusters, fleet }: EcsDeps, definition: TaskDefinitionRevision): Promise<boolean> => {
  for (const id of await clusters.find([CLUSTER_TERM.scopeStatus(definition, "ACTIVE")])) {
    const cluster = clusterId(definition, nameOfClusterId(id));
    if ((await unstoppedTasks(fleet, cluster, [TERM.taskDefinition(arnOf(definition))])).length > 0) return true;
  }
  return false;
};

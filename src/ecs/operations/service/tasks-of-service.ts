import { clusterId, type Fleet, type Task } from "../../../fleet/index.ts";
import type { ServiceRecord } from "../../model/service/records.ts";
import { TERM } from "../../model/task-details.ts";

/** The service's tasks that are to run. */
export const tasksOfService = async (
  fleet: Fleet,
  { account, region, cluster, name }: Pick<ServiceRecord, "account" | "region" | "cluster" | "name">,
): Promise<Task[]> => {
  const ids = await fleet.findTasks(clusterId({ account, region }, cluster), [
    TERM.service(name),
    TERM.desired("RUNNING"),
  ]);
  return (await fleet.tasks(ids)).flatMap((task) => task ?? []);
};

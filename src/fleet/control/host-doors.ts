import type { Door } from "../model/door.ts";
import type { Host } from "../model/host.ts";
import type { Task } from "../model/task.ts";
import type { TaskDoors } from "../model/task-doors.ts";
import { networkOf } from "../model/task-network.ts";
import type { ClusterNetworks } from "./networks.ts";

/** The ways to Berth from one host. */
export interface HostDoors {
  /** The task's, by its network mode; `undefined` where there is none. */
  of(task: Pick<Task, "spec" | "cluster" | "capacity" | "network">): Promise<Door | undefined>;
  /** Opens them for the tasks that run already, and looks whether they are still open. */
  mend(): Promise<void>;
}

export const hostDoors = (
  doors: TaskDoors,
  { engine, cluster }: Pick<Host, "engine" | "cluster">,
  networks: ClusterNetworks,
): HostDoors => ({
  async of(task) {
    const { networkMode } = task.spec;
    if (networkMode === "none") return undefined;
    if (networkMode === "host") return doors.open(engine, "host");
    const subnet = await networks.ensure(networkOf(task));
    return subnet === undefined ? undefined : doors.open(engine, subnet);
  },
  async mend() {
    const subnet = await networks.ensure({ owner: cluster }).catch(() => undefined);
    await Promise.all([doors.mend(engine, "host"), subnet !== undefined && doors.mend(engine, subnet)]);
  },
});

import type { TaskCgroups } from "../../fleet/ports.ts";

/** For engines elsewhere, in a virtual machine or without rights: limits are then held per container. */
export const outOfReachCgroups: TaskCgroups = {
  ensureTask: async () => undefined,
  oomKills: async () => 0,
  removeTask: async () => {},
  listTasks: async () => [],
};

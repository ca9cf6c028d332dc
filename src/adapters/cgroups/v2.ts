import { dirname, join } from "node:path";
import type { TaskCgroups } from "../../fleet/ports.ts";
import { exists, groupsIn, isLimitInUse, makeGroup, readValue, removeGroup, writeValue } from "./files.ts";
import { isTaskId, type Layout } from "./layout.ts";
import { CPU_PERIOD_US, type GroupLimits, memoryBytes, quotaUs, withinSlice } from "./limits.ts";

const CONTROLLERS = ["cpu", "memory", "pids"];

/** Hands controllers on to the groups inside; what is handed on already is left alone. */
const handOn = async (group: string): Promise<void> => {
  const file = join(group, "cgroup.subtree_control");
  const active = ((await readValue(file)) ?? "").split(" ");
  const missing = CONTROLLERS.filter((controller) => !active.includes(controller));
  if (missing.length > 0) await writeValue(file, missing.map((controller) => `+${controller}`).join(" "));
};

/** Kills counted by the kernel in a v2 group, those inside included. */
export const oomKillsV2 = async (group: string): Promise<number> =>
  Number(/^oom_kill (\d+)$/m.exec((await readValue(join(group, "memory.events"))) ?? "")?.[1] ?? 0);

/** Cgroups v2 under a cgroupfs driver, by paths below `root`. */
export const cgroupsV2 = (root: string, layout: Layout): TaskCgroups => {
  const limitGroup = async (path: string, { cpuUnits, memoryMiB }: GroupLimits): Promise<void> => {
    const group = join(root, path);
    await makeGroup(dirname(group));
    await handOn(dirname(dirname(group)));
    await handOn(dirname(group));
    await makeGroup(group);
    if (cpuUnits !== undefined) await writeValue(join(group, "cpu.max"), `${quotaUs(cpuUnits)} ${CPU_PERIOD_US}`);
    if (memoryMiB === undefined) return;
    await writeValue(join(group, "memory.max"), memoryBytes(memoryMiB));
    const swap = join(group, "memory.swap.max");
    if (await exists(swap)) await writeValue(swap, 0);
  };
  return {
    async ensureTask({ id, declared }, task, limits) {
      await limitGroup(layout.slice(id), declared).catch((error: unknown) => {
        if (!isLimitInUse(error)) throw error;
      });
      await limitGroup(layout.task(id, task), withinSlice(limits, declared));
      return layout.task(id, task);
    },
    oomKills: ({ id }, task) => oomKillsV2(join(root, layout.task(id, task))),
    removeTask: ({ id }, task) => removeGroup(join(root, layout.task(id, task))),
    listTasks: async ({ id }) => (await groupsIn(join(root, layout.slice(id)))).filter(isTaskId),
  };
};

import { readdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Host } from "../../fleet/model/host.ts";
import type { HostId } from "../../fleet/model/ids.ts";
import type { TaskCgroups } from "../../fleet/ports.ts";
import { exists, groupsIn, isLimitInUse, makeGroup, readValue, removeGroup, sumCounter, writeValue } from "./files.ts";
import { isTaskId, type Layout } from "./layout.ts";
import { CPU_PERIOD_US, type GroupLimits, memoryBytes, quotaUs, withinSlice } from "./limits.ts";

/** Controllers may share a hierarchy under several names (`cpu` and `cpuacct` lead to `cpu,cpuacct`). */
const hierarchiesIn = async (root: string): Promise<string[]> => {
  const paths = await Promise.all((await readdir(root)).map((name) => realpath(join(root, name))));
  const real = [...new Set(paths)];
  const areHierarchies = await Promise.all(real.map((path) => exists(join(path, "cgroup.procs"))));
  return real.filter((_, index) => areHierarchies[index]);
};

const limitCpu = async (group: string, cpuUnits: number): Promise<void> => {
  await writeValue(join(group, "cpu.cfs_period_us"), CPU_PERIOD_US);
  await writeValue(join(group, "cpu.cfs_quota_us"), quotaUs(cpuUnits));
};

const limitMemory = async (group: string, memoryMiB: number): Promise<void> => {
  const bytes = memoryBytes(memoryMiB);
  const limit = join(group, "memory.limit_in_bytes");
  const withSwap = join(group, "memory.memsw.limit_in_bytes");
  const current = await readValue(withSwap);
  // Memory with swap may never be less than memory alone: the order depends on the direction. Kernels without swap accounting lack the file.
  const order = current === undefined ? [limit] : Number(current) < bytes ? [withSwap, limit] : [limit, withSwap];
  for (const file of order) await writeValue(file, bytes);
};

/** Without hierarchical accounting a parent's memory limit would hold nothing of its children; it can only be set before there are any. */
const accountHierarchically = async (group: string): Promise<void> => {
  const file = join(group, "memory.use_hierarchy");
  if ((await readValue(file)) === "0") await writeValue(file, 1);
};

/**
 * Cgroups v1 under a cgroupfs driver, by paths below `root`. The v1 kernel counts an OOM kill in the killed process's own group only, which
 * goes with its container: `oomKills` sees kills in containers that live on. Docker itself is told of a limit hit above a container and
 * flags every container below it as OOMKilled, also those that were not killed: such a one has an exit code other than 137.
 */
export const cgroupsV1 = (root: string, layout: Layout): TaskCgroups => {
  /** What each slice was last held to: a task need not look at it again. */
  const sliceLimits = new Map<HostId, Host["declared"]>();
  let hierarchies: readonly string[] | undefined;
  const limitGroup = async (path: string, { cpuUnits, memoryMiB }: GroupLimits): Promise<void> => {
    const [cpu, memory] = [join(root, "cpu", path), join(root, "memory", path)];
    await makeGroup(cpu);
    await makeGroup(dirname(memory));
    await accountHierarchically(dirname(memory));
    await makeGroup(memory);
    await accountHierarchically(memory);
    if (cpuUnits !== undefined) await limitCpu(cpu, cpuUnits);
    if (memoryMiB !== undefined) await limitMemory(memory, memoryMiB);
  };
  const ensureSlice = async ({ id, declared }: Host): Promise<void> => {
    if (sliceLimits.get(id) === declared && (await exists(join(root, "cpu", layout.slice(id))))) return;
    // A slice made smaller while larger tasks run keeps its limits until they are gone; placement goes by the ledger meanwhile.
    await limitGroup(layout.slice(id), declared).then(
      () => sliceLimits.set(id, declared),
      (error: unknown) => {
        if (!isLimitInUse(error)) throw error;
      },
    );
  };
  return {
    async ensureTask(host, task, limits) {
      await ensureSlice(host);
      await limitGroup(layout.task(host.id, task), withinSlice(limits, host.declared));
      return layout.task(host.id, task);
    },
    oomKills: ({ id }, task) =>
      sumCounter(join(root, "memory", layout.task(id, task)), "memory.oom_control", "oom_kill"),
    async removeTask({ id }, task) {
      hierarchies ??= await hierarchiesIn(root);
      // Docker made the same path in every other hierarchy as well.
      await Promise.all(hierarchies.map((hierarchy) => removeGroup(join(hierarchy, layout.task(id, task)))));
    },
    listTasks: async ({ id }) => (await groupsIn(join(root, "cpu", layout.slice(id)))).filter(isTaskId),
  };
};

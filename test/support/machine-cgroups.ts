import { readFile } from "node:fs/promises";

/** Limits that the kernel of this machine holds a task to; absent where its cgroup is not on this machine. */
export interface HeldLimits {
  readonly quotaUs: number;
  readonly periodUs: number;
  readonly memoryBytes: number;
}

const CGROUPS = "/sys/fs/cgroup";

const limitIn = (path: string): Promise<string | undefined> =>
  readFile(`${CGROUPS}/${path}`, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );

/** Of a task's cgroup by its path, `berth-<installation>/<host>/<task>`; version 1 or 2. */
export const heldLimits = async (group: string): Promise<HeldLimits | undefined> => {
  const [quota, period, memory, cpuMax, memoryMax] = await Promise.all([
    limitIn(`cpu/${group}/cpu.cfs_quota_us`),
    limitIn(`cpu/${group}/cpu.cfs_period_us`),
    limitIn(`memory/${group}/memory.limit_in_bytes`),
    limitIn(`${group}/cpu.max`),
    limitIn(`${group}/memory.max`),
  ]);
  const [quotaUs, periodUs] = cpuMax?.split(" ") ?? [quota, period];
  const memoryBytes = memoryMax ?? memory;
  if (quotaUs === undefined || memoryBytes === undefined) return undefined;
  return { quotaUs: Number(quotaUs), periodUs: Number(periodUs), memoryBytes: Number(memoryBytes) };
};

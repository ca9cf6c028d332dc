import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const CGROUPS = "/sys/fs/cgroup";

/** Where a process stands among the cgroups of CPU time, and the microseconds in 100 ms that its group and the group around it may use. */
export interface CpuCgroup {
  readonly path: string;
  readonly quotaUs: number | undefined;
  readonly parentQuotaUs: number | undefined;
}

/** Cgroups v1 and v2. */
export const cpuCgroupOf = async (pid: number): Promise<CpuCgroup> => {
  const lines = (await readFile(`/proc/${pid}/cgroup`, "utf8"))
    .trim()
    .split("\n")
    .map((line) => line.split(":"));
  const v1 = lines.find(([, controllers]) => controllers?.split(",").includes("cpu"));
  const path = (v1 ?? lines.find(([number]) => number === "0"))?.[2] ?? "";
  const quotaOf = async (group: string): Promise<number | undefined> => {
    const file = v1 ? join(CGROUPS, "cpu", group, "cpu.cfs_quota_us") : join(CGROUPS, group, "cpu.max");
    const quota = Number.parseInt(await readFile(file, "utf8"), 10);
    return quota > 0 ? quota : undefined;
  };
  return { path, quotaUs: await quotaOf(path), parentQuotaUs: await quotaOf(dirname(path)) };
};

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { HostId, TaskId } from "../../fleet/model/ids.ts";
import type { TaskCgroups } from "../../fleet/ports.ts";
import { readValue } from "./files.ts";
import { CPU_PERIOD_US, type GroupLimits, memoryBytes, quotaUs, withinSlice } from "./limits.ts";
import { oomKillsV2 } from "./v2.ts";

const run = promisify(execFile);

/** A dash in a slice's name opens a slice inside; names of hosts and tasks may hold some. */
const part = (name: string): string => name.replaceAll("_", "_u").replaceAll("-", "_d");
const unpart = (escaped: string): string => escaped.replaceAll("_d", "-").replaceAll("_u", "_");

/** `berth-a-b.slice` stands at `berth.slice/berth-a.slice/berth-a-b.slice`. */
export const slicePath = (slice: string): string => {
  const parts = slice.replace(/\.slice$/, "").split("-");
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("-")}.slice`).join("/");
};

const properties = ({ cpuUnits, memoryMiB }: GroupLimits): string[] => [
  ...(cpuUnits === undefined ? [] : [`CPUQuota=${(quotaUs(cpuUnits) / CPU_PERIOD_US) * 100}%`]),
  ...(memoryMiB === undefined ? [] : [`MemoryMax=${memoryBytes(memoryMiB)}`, "MemorySwapMax=0"]),
];

/**
 * Cgroups v2 under the systemd driver: run-time slices with properties, named `berth-<installation>-<host>-<task>.slice`.
 * Written by systemd's documentation and not tried: the machines Berth is developed on have no systemd.
 */
export const cgroupsBySystemd = (root: string, installation: string): TaskCgroups => {
  const hostPrefix = (host: HostId) => `berth-${part(installation)}-${part(host)}`;
  const sliceOf = (host: HostId, task: TaskId) => `${hostPrefix(host)}-${part(task)}.slice`;
  const systemctl = async (...words: string[]) => (await run("systemctl", words)).stdout;
  const limit = async (slice: string, limits: GroupLimits): Promise<void> => {
    await systemctl("start", slice);
    const wanted = properties(limits);
    if (wanted.length > 0) await systemctl("set-property", "--runtime", slice, ...wanted);
  };
  return {
    async ensureTask({ id, declared }, task, limits) {
      await limit(`${hostPrefix(id)}.slice`, declared);
      await limit(sliceOf(id, task), withinSlice(limits, declared));
      return sliceOf(id, task);
    },
    oomKills: ({ id }, task) => oomKillsV2(join(root, slicePath(sliceOf(id, task)))),
    async removeTask({ id }, task) {
      const slice = sliceOf(id, task);
      // Stopping a slice would kill what runs in it.
      const events = await readValue(join(root, slicePath(slice), "cgroup.events"));
      if (events !== undefined && /^populated 1$/m.test(events)) throw new Error(`${slice} still holds processes`);
      if (events !== undefined) await systemctl("stop", slice);
      await systemctl("revert", slice);
    },
    async listTasks({ id }) {
      const prefix = `${hostPrefix(id)}-`;
      const units = await systemctl("list-units", "--all", "--plain", "--no-legend", "--type=slice", `${prefix}*`);
      const names = units.split("\n").map((line) => line.trim().split(/\s+/)[0] ?? "");
      return names
        .filter((name) => name.startsWith(prefix))
        .map((name) => unpart(name.slice(prefix.length, -".slice".length)) as TaskId);
    },
  };
};

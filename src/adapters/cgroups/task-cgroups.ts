import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { EngineInfo, TaskCgroups } from "../../fleet/ports.ts";
import { pathLayout } from "./layout.ts";
import { outOfReachCgroups } from "./out-of-reach.ts";
import { cgroupsBySystemd } from "./systemd.ts";
import { cgroupsV1 } from "./v1.ts";
import { cgroupsV2 } from "./v2.ts";

export interface CgroupsOptions {
  readonly installation: string;
  /** Where the kernel's hierarchies are mounted, `/sys/fs/cgroup`. */
  readonly root: string;
}

/**
 * Whether an engine runs on this machine's kernel. A Unix socket alone does not say: behind it may be a virtual machine, which
 * has other processors or memory.
 */
const isOnThisMachine = (address: string, { cpus: count, memoryMiB }: EngineInfo): boolean =>
  process.platform === "linux" &&
  address.startsWith("unix://") &&
  count <= cpus().length &&
  Math.abs(memoryMiB - totalmem() / 1_048_576) < 2;

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

/** The way to cgroups that fits an engine; out of reach where none does. */
export const cgroupsFor = async (
  address: string,
  info: EngineInfo,
  { installation, root }: CgroupsOptions,
): Promise<TaskCgroups> => {
  const { cgroupDriver, cgroupVersion } = info;
  const writable = cgroupVersion === 1 ? join(root, "cpu") : root;
  if (!isOnThisMachine(address, info) || !(await isWritable(writable))) return outOfReachCgroups;
  if (cgroupDriver === "cgroupfs" && cgroupVersion === 1) return cgroupsV1(root, pathLayout(installation));
  if (cgroupDriver === "cgroupfs") return cgroupsV2(root, pathLayout(installation));
  if (cgroupDriver === "systemd" && cgroupVersion === 2) return cgroupsBySystemd(root, installation);
  return outOfReachCgroups;
};

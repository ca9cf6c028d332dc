import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Host } from "../../fleet/model/host.ts";
import type { ContainerEngines, EngineInfo, TaskCgroups } from "../../fleet/ports.ts";
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

/** Cgroups of all hosts, each by the way that fits its engine. An engine is asked once; EngineUnreachableError passes through. */
export const taskCgroups = (engines: ContainerEngines, options: CgroupsOptions): TaskCgroups => {
  const wayByEngine = new Map<string, Promise<TaskCgroups>>();
  const wayOf = ({ engine, engineId }: Host): Promise<TaskCgroups> => {
    const key = `${engineId} ${engine.docker}`;
    const known = wayByEngine.get(key);
    if (known) return known;
    const asked = engines
      .at(engine)
      .info()
      .then((info) => cgroupsFor(engine.docker, info, options));
    wayByEngine.set(key, asked);
    asked.catch(() => wayByEngine.delete(key));
    return asked;
  };
  return {
    ensureTask: async (host, task, limits) => (await wayOf(host)).ensureTask(host, task, limits),
    oomKills: async (host, task) => (await wayOf(host)).oomKills(host, task),
    removeTask: async (host, task) => (await wayOf(host)).removeTask(host, task),
    listTasks: async (host) => (await wayOf(host)).listTasks(host),
  };
};

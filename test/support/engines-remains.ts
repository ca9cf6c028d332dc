import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { removeGroup } from "../../src/adapters/cgroups/files.ts";
import { eventually } from "./engine-waits.ts";
import { abandonedNetworks, processesIn, removeNetwork } from "./engines-network.ts";

const run = promisify(execFile);
const CGROUPS = "/sys/fs/cgroup";

/** Where an engine of that name keeps everything. */
export const folderOf = (name: string): string => `/tmp/berth-engine-${name}`;

/** Takes away all that an engine was: its processes and their containers, mounts, files, cgroups and network. May be repeated. */
export const removeEngine = async (name: string): Promise<void> => {
  await endProcesses(name);
  await unmountBelow(folderOf(name));
  await rm(folderOf(name), { recursive: true, force: true });
  await removeCgroups(name);
  await removeNetwork(name);
};

/** What test processes left that were killed before they could tidy up. */
export const removeAbandonedEngines = async (): Promise<void> => {
  for (const name of await abandonedNetworks()) await removeEngine(name);
};

/**
 * The engine, its containerd and the shims live in the namespace; containers have others, but the shims are their parents.
 * A new one may be started while the old ones are counted.
 */
const endProcesses = (name: string): Promise<true> =>
  eventually(`the processes of ${name} to end`, async () => {
    const pids = await withDescendants(await processesIn(name));
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
    return { saw: pids, found: pids.length === 0 || undefined };
  });

const withDescendants = async (roots: readonly number[]): Promise<number[]> => {
  if (roots.length === 0) return [];
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const childrenOf = new Map<number, number[]>();
  for (const pid of all) {
    // pid (program) state parent …; the program's name may hold spaces and brackets.
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || parent === undefined) continue;
    childrenOf.set(Number(parent), [...(childrenOf.get(Number(parent)) ?? []), Number(pid)]);
  }
  const found = new Set<number>();
  const visit = (pid: number): void => {
    if (found.has(pid)) return;
    found.add(pid);
    for (const child of childrenOf.get(pid) ?? []) visit(child);
  };
  for (const root of roots) visit(root);
  return [...found];
};

/** Files below a mount are not ours to remove, so this comes first, innermost first. */
const unmountBelow = async (folder: string): Promise<void> => {
  const mounts = (await readFile("/proc/self/mounts", "utf8"))
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.reverse()) await run("umount", ["--lazy", path]);
};

/** The group of that name at the top of every hierarchy, with those inside. */
export const removeCgroups = async (name: string): Promise<void> => {
  const hierarchies = [CGROUPS, ...(await readdir(CGROUPS)).map((hierarchy) => join(CGROUPS, hierarchy))];
  for (const hierarchy of hierarchies) {
    await eventually(`no process to be left in ${hierarchy}/${name}`, async () => {
      const failure = await removeGroup(join(hierarchy, name)).then(
        () => undefined,
        (error: NodeJS.ErrnoException) => (error.code === "ENOTDIR" ? undefined : error.message),
      );
      return { saw: failure, found: failure === undefined || undefined };
    });
  }
};

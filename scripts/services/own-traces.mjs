import { existsSync, readdirSync, realpathSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { docker, dockerOk } from "../setup/docker-api.mjs";
import { readText } from "../setup/files.mjs";
import { run } from "../setup/run.mjs";

const CGROUPS = "/sys/fs/cgroup";

/**
 * Removes the networks of one installation from one engine, once its containers have stopped. The next start makes them anew.
 * @param {string} dockerHost
 * @param {string} installationId
 */
export async function removeOwnNetworks(dockerHost, installationId) {
  const filters = encodeURIComponent(JSON.stringify({ label: [`berth.installation=${installationId}`] }));
  const networks = (await dockerOk(dockerHost, "GET", `/networks?filters=${filters}`)).json();
  for (const { Id } of networks) await docker(dockerHost, "DELETE", `/networks/${Id}`);
}

/**
 * Removes the cgroups that one installation made on this machine, as far as nothing runs in them.
 * @param {string} installationId
 */
export function removeOwnCgroups(installationId) {
  if (!existsSync(CGROUPS)) return;
  // Version 1 has a tree for each controller, version 2 one for all.
  for (const tree of ["", ...foldersIn(CGROUPS)]) removeTree(join(CGROUPS, tree, `berth-${installationId}`));
}

/**
 * Removes the redirections by which the containers of one installation reached Berth, as far as this machine's own network goes: src/adapters/doors.
 * @param {string} installationId
 */
export async function removeOwnRedirections(installationId) {
  const rules = await run("iptables", ["--wait", "5", "--table", "nat", "--list-rules", "PREROUTING"]);
  for (const rule of rules.stdout.split("\n")) {
    const words = rule.split(" ");
    if (words[0] !== "-A" || words[words.indexOf("--comment") + 1] !== `berth-${installationId}`) continue;
    await run("iptables", ["--wait", "5", "--table", "nat", "-D", ...words.slice(1)]);
  }
}

/**
 * Takes away what dockerd leaves mounted as it stops: the network namespace that host-network containers share, and all
 * it had if it had to be killed. Nobody could remove the folder with these in it.
 * @param {string} folder
 */
export async function unmountAllOf(folder) {
  if (!existsSync(folder)) return;
  const real = realpathSync(folder);
  const mounted = mountsIn(readText("/proc/self/mountinfo") ?? "").filter((path) => `${path}/`.startsWith(`${real}/`));
  // Later ones may lie in or over earlier ones.
  for (const path of mounted.reverse()) await run("umount", [path]);
}

/**
 * @param {string} mountinfo what the kernel says in /proc/self/mountinfo, with blanks and the like in octal
 * @returns {string[]} in the order in which they were mounted
 */
const mountsIn = (mountinfo) =>
  mountinfo
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))));

/** @param {string} folder */
function removeTree(folder) {
  for (const name of foldersIn(folder)) removeTree(join(folder, name));
  try {
    rmdirSync(folder);
  } catch {
    // Not there, or a process still runs in it: the next time.
  }
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function foldersIn(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { docker, dockerOk } from "../setup/docker-api.mjs";

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

import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { runningPid } from "./daemon.mjs";
import { readJson, writeWhole } from "./files.mjs";
import { shortHash } from "./paths.mjs";

/**
 * Where the engine that Berth started on this machine is made known to a second Berth. Two engines in one network
 * namespace would hand out the same addresses on the same bridge. Only root starts one, so only root writes here.
 */
export const SHARED_ENGINE = "/run/berth/engine.json";

/** @param {string} dockerHost */
export function announceEngine(dockerHost) {
  mkdirSync(dirname(SHARED_ENGINE), { recursive: true, mode: 0o755 });
  writeWhole(SHARED_ENGINE, JSON.stringify({ dockerHost }));
}

/** @param {string} dockerHost */
export function withdrawEngine(dockerHost) {
  if (readJson(SHARED_ENGINE)?.dockerHost === dockerHost) rmSync(SHARED_ENGINE, { force: true });
}

const USERS = join(dirname(SHARED_ENGINE), "users");

/**
 * Puts down that the Berth of this home uses the shared engine, so that whoever started it does not stop it underneath.
 * Only root can, and only root reaches the engine.
 * @param {import("./paths.mjs").BerthPaths} paths
 * @param {string} dockerHost
 */
export function joinEngine({ home, berth }, dockerHost) {
  if (readJson(SHARED_ENGINE)?.dockerHost !== dockerHost) return;
  mkdirSync(USERS, { recursive: true });
  writeWhole(userOf(home), JSON.stringify({ home, record: berth.record }));
}

/**
 * Takes back what `joinEngine` put down. Whoever never joined has nothing there.
 * @param {import("./paths.mjs").BerthPaths} paths
 */
export function leaveEngine({ home }) {
  if (existsSync(userOf(home))) rmSync(userOf(home), { force: true });
}

/** @param {string} home */
const userOf = (home) => join(USERS, `${shortHash(home)}.json`);

/**
 * @param {import("./paths.mjs").BerthPaths} paths
 * @returns {string[]} the homes of other Berths that run on the shared engine
 */
export function otherUsers({ home }) {
  const users = existsSync(USERS) ? readdirSync(USERS).map((name) => readJson(join(USERS, name))) : [];
  return users.filter((user) => user && user.home !== home && runningPid(user) !== undefined).map((user) => user.home);
}

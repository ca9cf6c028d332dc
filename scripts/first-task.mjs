import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CHECKOUT } from "./setup/paths.mjs";
import { say } from "./setup/say.mjs";

const TASK = [
  "--family",
  "hello",
  "--wait",
  "berth/busybox",
  "--",
  "sh",
  "-c",
  "echo Hello from Berth, on $(uname -s) $(uname -m)",
];

/**
 * Runs a first task as a user would, and shows where it was placed, why, what it printed and how it ended.
 * @param {import("./setup/paths.mjs").BerthPaths} paths
 * @returns {number} its exit code
 */
export function runFirstTask(paths) {
  say("A first task:");
  const ran = spawnSync(process.execPath, [join(CHECKOUT, "dist", "cli", "main.js"), "run", ...TASK], {
    stdio: "inherit",
    env: { ...process.env, BERTH_HOME: paths.home, BERTH_PORT: String(paths.apiPort) },
  });
  const exitCode = ran.status ?? 1;
  say(`exit code ${exitCode}`);
  return exitCode;
}

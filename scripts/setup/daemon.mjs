import { spawn } from "node:child_process";
import { closeSync, openSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { readJson, writeWhole } from "./files.mjs";
import { poll } from "./poll.mjs";
import { processIdentity } from "./process-identity.mjs";
import { lastLines } from "./run.mjs";
import { SetupError } from "./say.mjs";

/**
 * @typedef {object} Daemon
 * @property {string} name as people read it
 * @property {string} record where its pid and identity are kept
 * @property {string} log
 */

/**
 * The pid of our running daemon. A record left by a crash, or whose pid went to another program, counts as none.
 * @param {{ record: string }} daemon
 * @returns {number | undefined}
 */
export function runningPid({ record }) {
  const kept = readJson(record);
  if (typeof kept?.pid !== "number" || typeof kept.identity !== "string") return undefined;
  return processIdentity(kept.pid) === kept.identity ? kept.pid : undefined;
}

/**
 * Starts a process that outlives this one and waits until it answers.
 * @param {Daemon} daemon
 * @param {{ command: string, args: readonly string[], env?: NodeJS.ProcessEnv, cwd?: string }} start
 * @param {() => Promise<boolean>} isReady
 * @param {number} seconds how long it may take to answer
 */
export async function startDaemon(daemon, start, isReady, seconds) {
  const logStart = sizeOf(daemon.log);
  const output = openSync(daemon.log, "a", 0o600);
  const child = spawn(start.command, start.args, {
    detached: true,
    stdio: ["ignore", output, output],
    ...(start.env ? { env: start.env } : {}),
    ...(start.cwd ? { cwd: start.cwd } : {}),
  });
  closeSync(output);
  await new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new SetupError(`${daemon.name} cannot be started: ${error.message}`)));
  });
  const pid = /** @type {number} */ (child.pid);
  writeWhole(daemon.record, JSON.stringify({ pid, identity: processIdentity(pid) ?? "", command: start.command }));
  child.unref();
  const ready = await poll(
    async () => {
      if (runningPid(daemon) === undefined)
        throw new SetupError(await lastWords(daemon, "ended as it started", logStart));
      return isReady();
    },
    { seconds },
  );
  if (!ready) throw new SetupError(await lastWords(daemon, `did not answer within ${seconds} s`, logStart));
}

/**
 * Ends our daemon: politely, then by force.
 * @param {Daemon} daemon
 * @param {number} graceSeconds
 * @returns {Promise<boolean>} whether it was running
 */
export async function stopDaemon(daemon, graceSeconds) {
  const pid = runningPid(daemon);
  if (pid !== undefined) {
    process.kill(pid, "SIGTERM");
    const isGone = () => runningPid(daemon) === undefined;
    if (!(await poll(isGone, { seconds: graceSeconds }))) {
      process.kill(pid, "SIGKILL");
      if (!(await poll(isGone, { seconds: 5 }))) throw new SetupError(`${daemon.name} (pid ${pid}) does not end.`);
    }
  }
  rmSync(daemon.record, { force: true });
  return pid !== undefined;
}

/**
 * @param {Daemon} daemon
 * @param {string} what
 * @param {number} from
 */
async function lastWords({ name, log }, what, from) {
  const said = (await readFile(log)).subarray(from).toString("utf8");
  const full = /no space left on device/i.test(said) ? " The disk is full: free some space and run this again." : "";
  return `${name} ${what}.${full} The end of ${log}:\n${lastLines(said, 8) || "(it wrote nothing)"}`;
}

/** @param {string} path */
function sizeOf(path) {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

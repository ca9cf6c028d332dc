import { linkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson } from "./files.mjs";
import { poll } from "./poll.mjs";
import { processIdentity } from "./process-identity.mjs";
import { SetupError, say } from "./say.mjs";

/**
 * Lets one set-up of this user work at a time: two would install the same packages over each other.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(work) {
  const path = join(tmpdir(), `berth-setup-${process.getuid?.() ?? "user"}.lock`);
  const mine = { pid: process.pid, identity: processIdentity(process.pid) };
  let told = false;
  const taken = await poll(
    () => {
      if (take(path, mine)) return true;
      const holder = readJson(path);
      if (holder === undefined || processIdentity(holder.pid) !== holder.identity) rmSync(path, { force: true });
      else if (!told) say(`Another set-up (pid ${holder.pid}) is at work; waiting for it.`);
      told ||= holder !== undefined;
      return false;
    },
    { seconds: 900, everyMs: 200 },
  );
  if (!taken) throw new SetupError(`another set-up held ${path} for 15 minutes.`);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {object} holder
 */
function take(path, holder) {
  const written = `${path}.${process.pid}`;
  writeFileSync(written, JSON.stringify(holder), { mode: 0o600 });
  try {
    // A link appears whole or not at all, so nobody reads a lock without its holder.
    linkSync(written, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(written, { force: true });
  }
}

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readText } from "./files.mjs";
import { CHECKOUT } from "./paths.mjs";
import { run } from "./run.mjs";
import { SetupError, say } from "./say.mjs";

/** Installs the packages of the lock file, unless node_modules was made from this very lock file. */
export async function installPackages() {
  // npm ci removes node_modules first, so a stamp inside it cannot outlive a half-done installation.
  const stamp = join(CHECKOUT, "node_modules", ".berth-installed");
  const wanted = createHash("sha256")
    .update(readFileSync(join(CHECKOUT, "package-lock.json")))
    .digest("hex");
  if (readText(stamp) === wanted) return;
  if (await matchesLock()) return writeFileSync(stamp, wanted);
  say("Installing the packages of package-lock.json (npm ci) …");
  const npm = await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: CHECKOUT });
  if (npm.code !== 0) throw new SetupError(`npm ci failed:\n${reasonIn(npm.output)}`);
  writeFileSync(stamp, wanted);
}

/**
 * npm tells the reason first and its manual after.
 * @param {string} output
 */
function reasonIn(output) {
  const lines = output.split("\n").filter((line) => /^npm error ./.test(line));
  return (lines.length > 0 ? lines : output.split("\n")).slice(0, 12).join("\n");
}

/** Whether somebody ran npm by hand and node_modules is already as the lock file says. */
async function matchesLock() {
  const installed = readText(join(CHECKOUT, "node_modules", ".package-lock.json"));
  if (installed === undefined) return false;
  const { packages: have } = JSON.parse(installed);
  const { packages: want } = JSON.parse(readFileSync(join(CHECKOUT, "package-lock.json"), "utf8"));
  return Object.entries(want).every(
    ([path, entry]) => path === "" || entry.optional || have[path]?.version === entry.version,
  );
}

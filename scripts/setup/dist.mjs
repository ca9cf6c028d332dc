import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readText } from "./files.mjs";
import { CHECKOUT } from "./paths.mjs";
import { run } from "./run.mjs";
import { SetupError, say } from "./say.mjs";
import { filesBelow, stampOf } from "./stamp.mjs";

const STAMP = join(CHECKOUT, "dist", ".built-from");
const SOURCES = ["src", "tsconfig.json", "tsconfig.build.json", "package-lock.json"];

/**
 * Builds dist/ from src/, unless it was built from these very sources.
 * @param {{ force?: boolean }} [options]
 */
export async function buildDist({ force = false } = {}) {
  const stamp = stampOf(SOURCES);
  if (!force && readText(STAMP) === stamp) return;
  say("Building dist/ …");
  // Without its stamp a build that fails midway counts as none.
  rmSync(STAMP, { force: true });
  const compiler = join(CHECKOUT, "node_modules", ".bin", "tsc");
  const tsc = await run(compiler, ["-p", "tsconfig.build.json", "--noEmitOnError", "--pretty", "false"], {
    cwd: CHECKOUT,
  });
  if (tsc.code !== 0) throw new SetupError(`the sources do not compile:\n${tsc.output.trimEnd()}`);
  const sources = filesBelow("src");
  sources.filter((path) => !path.endsWith(".ts")).forEach(copyAsset);
  removeOrphans(new Set(sources.flatMap(outputsOf)));
  const command = join(CHECKOUT, "dist", "cli", "main.js");
  if (existsSync(command)) chmodSync(command, 0o755);
  writeFileSync(STAMP, stamp);
}

/** @param {string} source such as src/adapters/redis/moves/commit.lua */
function copyAsset(source) {
  const target = join(CHECKOUT, distPath(source));
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(CHECKOUT, source), target);
}

/** @param {string} source */
function outputsOf(source) {
  const path = distPath(source);
  if (!path.endsWith(".ts")) return [path];
  const stem = path.slice(0, -".ts".length);
  return [`${stem}.js`, `${stem}.js.map`];
}

/** @param {string} source */
const distPath = (source) => join("dist", source.slice("src/".length));

/**
 * What a deleted source left behind would still be imported by whoever forgot it.
 * @param {Set<string>} wanted
 */
function removeOrphans(wanted) {
  for (const path of filesBelow("dist")) if (!wanted.has(path)) rmSync(join(CHECKOUT, path));
}

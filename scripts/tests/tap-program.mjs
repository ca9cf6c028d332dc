import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readText } from "../setup/files.mjs";
import { CHECKOUT } from "../setup/paths.mjs";
import { run } from "../setup/run.mjs";
import { SetupError, say } from "../setup/say.mjs";

const PROGRAM = join(CHECKOUT, "node_modules", ".bin", "tap");

/**
 * The tap command, built once for these packages with the plugins of .taprc: without that it knows only its default ones.
 * @returns {Promise<string>} its path
 */
export async function tapProgram() {
  const stamp = join(CHECKOUT, "node_modules", ".cache", "tap-built");
  const wanted = createHash("sha256")
    .update(readFileSync(join(CHECKOUT, ".taprc")))
    .update(readText(join(CHECKOUT, "node_modules", ".berth-installed")) ?? "")
    .digest("hex");
  if (readText(stamp) === wanted) return PROGRAM;
  say("Building the test runner …");
  const built = await run(PROGRAM, ["build"], { cwd: CHECKOUT });
  if (built.code !== 0) throw new SetupError(`tap build failed:\n${built.output}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  return PROGRAM;
}

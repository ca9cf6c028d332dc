#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import { commandLineFailure } from "./command-line-failure.ts";
import { berthUrl, PACKAGE_ROOT } from "./connection.ts";
import { failureLine, failureOf } from "./failure.ts";
import { terminalOut } from "./out.ts";
import { berthProgram } from "./program.ts";

// AWS's client would otherwise advertise newer Node versions on stderr. It reads this when it is loaded, which is later.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
// Whoever reads our output may stop reading: `berth logs -f … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")) as { version: string };
const out = terminalOut(process.stdout, process.stderr);
const interruption = new AbortController();
// Once: who presses it again wants out at once.
process.once("SIGINT", () => interruption.abort());
const program = berthProgram({ out, env: process.env, interrupted: interruption.signal }, version);

try {
  await program.parseAsync();
} catch (thrown) {
  const failure =
    thrown instanceof CommanderError
      ? commandLineFailure(thrown, program, process.argv.slice(2))
      : failureOf(thrown, berthUrl(process.env));
  // Ctrl-C while only looking: nothing failed, there is nothing to tell.
  const isBareInterruption = interruption.signal.aborted && failure?.exitCode !== 130;
  if (failure && failure.message !== "" && !isBareInterruption) out.note(failureLine(failure));
  if (failure) process.exitCode = isBareInterruption ? 130 : failure.exitCode;
}

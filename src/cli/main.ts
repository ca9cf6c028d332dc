#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import { berthUrl, PACKAGE_ROOT } from "./connection.ts";
import { CliError, failureLine, failureOf, usageError } from "./failure.ts";
import { terminalOut } from "./out.ts";
import { berthProgram } from "./program.ts";

// AWS's client would otherwise advertise newer Node versions on stderr. It reads this when it is loaded, which is later.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
// Whoever reads our output may stop reading: `berth logs -f … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")) as { version: string };
const out = terminalOut(process.stdout, process.stderr);
const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());

/** `undefined`: Commander threw only to say that help or the version was shown. */
const told = (thrown: unknown): CliError | undefined => {
  if (!(thrown instanceof CommanderError)) return failureOf(thrown, berthUrl(process.env));
  if (thrown.exitCode === 0) return undefined;
  // `berth hosts` misused shows help as an error.
  if (thrown.code === "commander.help") return new CliError("", { exitCode: 2 });
  return usageError(thrown.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " "));
};

try {
  await berthProgram({ out, env: process.env, interrupted: interruption.signal }, version).parseAsync();
} catch (thrown) {
  const failure = told(thrown);
  // Ctrl-C while only looking: nothing failed, there is nothing to tell.
  const isBareInterruption = interruption.signal.aborted && failure?.exitCode !== 130;
  if (failure && failure.message !== "" && !isBareInterruption) out.note(failureLine(failure));
  if (failure) process.exitCode = isBareInterruption ? 130 : failure.exitCode;
}

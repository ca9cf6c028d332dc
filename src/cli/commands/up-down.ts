import { spawn } from "node:child_process";
import { join } from "node:path";
import { Command } from "commander";
import { PACKAGE_ROOT } from "../connection.ts";
import { CliError } from "../failure.ts";
import type { Session } from "../session.ts";

/** Runs a script of the package in the user's folder and terminal; resolves to its exit code. */
const runScript = (name: string, args: readonly string[], session: Session): Promise<number> =>
  new Promise((resolve, reject) => {
    const file = join(PACKAGE_ROOT, "scripts", name);
    const child = spawn(process.execPath, [file, ...args], { stdio: "inherit", env: { ...session.env } });
    child.once("error", (error) => reject(new CliError(`${file} could not be started: ${error.message}`)));
    // Ctrl-C reaches the script too, as part of the terminal's foreground group: it decides, we tell its exit code.
    child.once("exit", (code) => resolve(code ?? 1));
  });

export const upCommand = (session: Session): Command =>
  new Command("up")
    .description("set up what is missing and start Berth; again after berth.yaml was edited")
    .addHelpText(
      "after",
      "\nExamples:\n  berth up\n  BERTH_HOME=/tmp/second BERTH_PORT=4600 BERTH_REGISTRY_PORT=4601 berth up",
    )
    .action(async () => {
      process.exitCode = await runScript("up.mjs", [], session);
    });

export const downCommand = (session: Session): Command =>
  new Command("down")
    .description("stop Berth; containers go on")
    .option("--all", "also stop all tasks, Redis, the registry and the engine that Berth started")
    .addHelpText("after", "\nExamples:\n  berth down\n  berth down --all")
    .action(async ({ all }: { all?: boolean }) => {
      process.exitCode = await runScript("down.mjs", all ? ["--all"] : [], session);
    });

import type { Command, CommanderError } from "commander";
import { CliError } from "./failure.ts";

/** A wrong command line as every other error is told; `undefined` where Commander only showed help or the version. */
export const commandLineFailure = (
  { exitCode, code, message }: Pick<CommanderError, "exitCode" | "code" | "message">,
  program: Command,
  args: readonly string[],
): CliError | undefined => {
  if (exitCode === 0) return undefined;
  // Help shown because nothing was asked for says all there is to say.
  if (code === "commander.help") return new CliError("", { exitCode: 2 });
  const oneLine = message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
  const command = program.commands.find((known) => known.name() === args.find((word) => !word.startsWith("-")));
  return new CliError(oneLine, { hint: `see: berth ${command ? `${command.name()} ` : ""}--help`, exitCode: 2 });
};

import type { Command } from "commander";

/** A command as shells complete it. */
export interface CompletionNode {
  /** `["hosts", "add"]`; empty for `berth` itself. */
  readonly path: readonly string[];
  readonly words: readonly CompletionWord[];
}

/** Something that may stand next: a subcommand or an option. */
export interface CompletionWord {
  readonly word: string;
  readonly description: string;
  /** What may follow an option, where that is a choice. */
  readonly choices?: readonly string[];
}

/** The whole of a command tree, flat: every command with what may follow it. Nothing is listed that `--help` does not show. */
export const completionNodes = (command: Command, path: readonly string[] = []): CompletionNode[] => {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const options = help.visibleOptions(command);
  const words = [
    ...commands.map((sub) => ({ word: sub.name(), description: sub.description() || "help for a command" })),
    ...options.flatMap(({ long, description, argChoices }) =>
      long ? [{ word: long, description, ...(argChoices && { choices: argChoices }) }] : [],
    ),
  ];
  return [{ path, words }, ...command.commands.flatMap((sub) => completionNodes(sub, [...path, sub.name()]))];
};

import { Argument, Command } from "commander";
import { COMPLETION_SCRIPTS } from "../completion/scripts.ts";
import { completionNodes } from "../completion/tree.ts";
import type { Session } from "../session.ts";

/** `program` is asked late: the tree is whole only once all commands are in it. */
export const completionCommand = (session: Session, program: () => Command): Command =>
  new Command("completion")
    .description("print a script by which a shell completes berth's commands and options")
    .addArgument(new Argument("<shell>", "whose language to print").choices(Object.keys(COMPLETION_SCRIPTS)))
    .addHelpText("after", '\nExamples:\n  eval "$(berth completion bash)"\n  berth completion fish | source')
    .action((shell: keyof typeof COMPLETION_SCRIPTS) => {
      session.out.line(COMPLETION_SCRIPTS[shell](completionNodes(program())));
    });

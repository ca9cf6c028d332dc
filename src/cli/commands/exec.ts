import type { ReadStream, WriteStream } from "node:tty";
import { Command } from "commander";
import { type Console, converse } from "../exec/converse.ts";
import { openSocket } from "../exec/socket.ts";
import { findTask } from "../find-tasks.ts";
import type { Session } from "../session.ts";

interface ExecOptions {
  readonly container?: string;
  /** `--no-tty`: false; `-t`: true; else by what the command line is connected to. */
  readonly tty?: boolean;
}

interface Streams {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
}

const consoleOf = ({ stdin, stdout }: Streams, hasTerminal: boolean): Console =>
  hasTerminal
    ? {
        input: stdin,
        size: () => ({ columns: stdout.columns, rows: stdout.rows }),
        onResize(changed) {
          stdout.on("resize", changed);
          return () => stdout.off("resize", changed);
        },
      }
    : { input: stdin };

/** Runs a program in a container of a task; answers its exit code. */
const execInTask = async (
  session: Pick<Session, "ecs" | "connection" | "out">,
  text: string,
  command: readonly string[],
  { container, tty }: ExecOptions,
  streams: Streams = process,
): Promise<number> => {
  const { id } = await findTask(await session.ecs(), text);
  const { stdin, stdout } = streams;
  const hasTerminal = tty ?? Boolean(stdin.isTTY && stdout.isTTY);
  const query = new URLSearchParams();
  for (const word of command) query.append("command", word);
  if (container !== undefined) query.set("container", container);
  if (hasTerminal) {
    query.set("tty", "true");
    query.set("columns", String(stdout.columns || 80));
    query.set("rows", String(stdout.rows || 24));
  }
  const socket = await openSocket(session.connection(), `/tasks/${id}/exec?${query}`);
  // Every key is the program's, Ctrl-C too.
  const isRaw = hasTerminal && stdin.isTTY;
  if (isRaw) stdin.setRawMode(true);
  try {
    return await converse(socket, consoleOf(streams, hasTerminal), session.out);
  } finally {
    if (isRaw) stdin.setRawMode(false);
  }
};

const EXAMPLES = `
Examples:
  berth exec 3f2a91c0 -- sh
  berth exec -c web 3f2a91c0 -- cat /etc/hosts
  tar c conf | berth exec 3f2a91c0 -- tar x -C /srv`;

export const execCommand = (session: Session): Command =>
  new Command("exec")
    .description(
      "run a program in a container of a running task, with a terminal where there is one; its exit code is berth's",
    )
    .argument("<task>", "a task's id, or its beginning")
    .argument("<command...>", "the program and its arguments, after --")
    .option("-c, --container <name>", "in this container; may be left out where the task has one")
    .option("-t, --tty", "give it a terminal (default: where berth has one itself)")
    .option("-T, --no-tty", "give it none")
    .option("-i, --interactive", "its input is always berth's: here for the habit of -it")
    .addHelpText("after", EXAMPLES)
    .action(async (text: string, command: string[], options: ExecOptions) => {
      process.exitCode = await execInTask(session, text, command, options);
    });

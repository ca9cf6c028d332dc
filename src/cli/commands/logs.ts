import { Command } from "commander";
import type { LogAnswer } from "../answers.ts";
import { wholeNumber } from "../arguments.ts";
import { findTask } from "../find-tasks.ts";
import { logLines } from "../log-lines.ts";
import type { Session } from "../session.ts";

export interface LogsOptions {
  readonly follow?: boolean;
  readonly container?: string;
  readonly tail?: number;
  readonly timestamps?: boolean;
  readonly json?: boolean;
}

/** A line as the container wrote it: one that was too long for the engine goes on in the next. */
export const logText = (
  { at, text, partial, container }: LogAnswer,
  { timestamps = false, named = false } = {},
): string => `${timestamps ? `${at} ` : ""}${named ? `${container} | ` : ""}${text}${partial ? "" : "\n"}`;

export const logsCommand = (session: Session): Command =>
  new Command("logs")
    .description("print what a task's containers wrote, each to the stream it wrote to")
    .argument("<task>", "a task's id, or its beginning")
    .option("-f, --follow", "go on until the task has stopped")
    .option("--container <name>", "only this container's")
    .option("--tail <lines>", "only the last lines of each container", wholeNumber(0, 1_000_000))
    .option("-t, --timestamps", "with the engine's time stamps")
    .option("--json", "print one JSON object a line, with container, stream, at and text")
    .addHelpText("after", "\nExamples:\n  berth logs 3f2a91c0\n  berth logs -f --container web --tail 20 3f2a91c0")
    .action(async (text: string, options: LogsOptions) => {
      const { out, interrupted } = session;
      const { id } = await findTask(await session.ecs(), text);
      const { follow = false, container, tail, json } = options;
      const query = { follow, ...(container !== undefined && { container }), ...(tail !== undefined && { tail }) };
      for await (const line of logLines(session.api(), id, query, interrupted)) {
        if (json) out.line(JSON.stringify(line));
        else out.raw(line.stream, logText(line, options));
      }
    });

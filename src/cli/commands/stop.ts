import { Command } from "commander";
import type { Ecs } from "../ecs.ts";
import { describeTasks, findTask, type TaskReference } from "../find-tasks.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { untilStopped } from "../until-stopped.ts";
import { exitCodes } from "../views/tasks.ts";
import { shortId } from "../views/words.ts";

export interface StopOptions {
  readonly reason: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Stops tasks, all found before the first is touched: a misspelt one stops nothing. */
export const stopTasks = async (
  { ecs, out, signal }: { ecs: Ecs; out: Out; signal: AbortSignal },
  texts: readonly string[],
  { reason, wait, json }: StopOptions,
): Promise<void> => {
  const found = await Promise.all(texts.map((text) => findTask(ecs, text)));
  const answers = await Promise.all(found.map(({ cluster, id }) => ecs.stopTask({ cluster, task: id, reason })));
  if (!json) for (const { id } of found) out.note(`stopping ${shortId(id)}`);
  const stopped = wait ? await allStopped(ecs, found, signal) : answers.flatMap(({ task }) => task ?? []);
  if (json) printJson(out, stopped);
  else if (wait)
    for (const task of stopped) out.line(`${shortId(task.taskArn)} stopped, exit code ${exitCodes(task) || "unknown"}`);
};

const allStopped = async (ecs: Ecs, tasks: readonly TaskReference[], signal: AbortSignal) => {
  await Promise.all(tasks.map(({ cluster, id }) => untilStopped(ecs, cluster, id, signal)));
  return (await Promise.all(tasks.map(({ cluster, id }) => describeTasks(ecs, cluster, [id])))).flat();
};

export const stopCommand = (session: Session): Command =>
  new Command("stop")
    .description("stop tasks: TERM, the stop timeout, KILL")
    .argument("<task...>", "tasks' ids, or their beginnings")
    .option("--reason <text>", "what the task's record will say", "Stopped by berth stop")
    .option("--wait", "return when they have stopped")
    .option("--json", "print the tasks as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  berth stop 3f2a91c0\n  berth stop --wait --reason 'making room' 3f2a91c0 77aa",
    )
    .action(async (texts: string[], options: StopOptions) => {
      const ecs = await session.ecs();
      await stopTasks({ ecs, out: session.out, signal: session.interrupted }, texts, options);
    });

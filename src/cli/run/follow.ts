import type { Task } from "@aws-sdk/client-ecs";
import { type Api, ApiFailure } from "../api.ts";
import { logText } from "../commands/logs.ts";
import type { Ecs } from "../ecs.ts";
import { CliError } from "../failure.ts";
import { logLines } from "../log-lines.ts";
import type { Out } from "../out.ts";
import { untilStopped } from "../until-stopped.ts";
import { endReason, exitCodes } from "../views/tasks.ts";
import { lastOf, shortId } from "../views/words.ts";

interface FollowDeps {
  readonly ecs: Ecs;
  readonly api: Api;
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** Shows how a task comes up, what it writes, and waits for its end. `named`: every line says whose it is. */
export const followTask = async (deps: FollowDeps, task: Task, named: boolean): Promise<Task> => {
  const id = lastOf(task.taskArn);
  await showProgress(deps, id);
  for await (const line of logLines(deps.api, id, { follow: true }, deps.signal)) {
    deps.out.raw(line.stream, named ? `${shortId(id)} | ${logText(line)}` : logText(line));
  }
  return untilStopped(deps.ecs, lastOf(task.clusterArn), id, deps.signal);
};

/** Progress is for the eyes only: when telling it breaks, the task and the rest of the wait go on. */
const showProgress = async ({ api, out, signal }: FollowDeps, id: string): Promise<void> => {
  try {
    for await (const { event, data } of api.events(`/tasks/${id}/progress`, signal)) {
      const { line, status } = data as { line?: string; status?: string };
      if (event === "line" && line) out.progress(`${shortId(id)} ${line}`);
      if (event === "status" && status)
        out.progress(status === "RUNNING" ? "" : `${shortId(id)} ${status.toLowerCase()} …`);
    }
  } catch (error) {
    if (signal.aborted || error instanceof ApiFailure) throw error;
  } finally {
    out.progress("");
  }
};

/** What the shell is told of ended tasks: the first exit code that is not 0; 1 for a task that never came to have one. */
export const exitCodeOf = (tasks: readonly Task[]): number => {
  const codes = tasks.flatMap(({ containers = [] }) =>
    containers.some(({ exitCode }) => exitCode !== undefined)
      ? containers.flatMap(({ exitCode }) => exitCode ?? [])
      : [1],
  );
  return codes.find((code) => code !== 0) ?? 0;
};

/** What is said of a task's end: nothing where its one container simply exited. */
export const endNote = (task: Task): string | undefined => {
  const never = (task.containers ?? []).every(({ exitCode }) => exitCode === undefined);
  const why = endReason(task);
  if (never) return `task ${shortId(task.taskArn)} did not run: ${why}`;
  const isOrdinary = task.stopCode === "EssentialContainerExited" && !/Error:/.test(why);
  return isOrdinary ? undefined : `task ${shortId(task.taskArn)} ended with ${exitCodes(task)}: ${why}`;
};

/** Said when the user stops waiting. */
export const detached = (tasks: readonly Task[]): CliError => {
  const ids = tasks.map(({ taskArn }) => shortId(taskArn)).join(" ");
  const plural = tasks.length === 1 ? "goes on" : "go on";
  return new CliError(`detached; ${ids} ${plural}`, {
    hint: `follow: berth logs -f ${ids.split(" ")[0]}, stop: berth stop ${ids}`,
    exitCode: 130,
  });
};

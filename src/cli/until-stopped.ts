import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "@aws-sdk/client-ecs";
import type { Ecs } from "./ecs.ts";
import { CliError } from "./failure.ts";
import { describeTasks } from "./find-tasks.ts";
import { patience } from "./patience.ts";

const LOOK_AGAIN_MS = 300;

/**
 * The task once it has stopped; a control plane that is away meanwhile is waited for. Rejects with the signal's reason when it
 * aborts, with CliError when the task's record is gone.
 */
export const untilStopped = async (ecs: Ecs, cluster: string, id: string, signal: AbortSignal): Promise<Task> => {
  const patient = patience(signal);
  for (;;) {
    signal.throwIfAborted();
    const tasks = await describeTasks(ecs, cluster, [id]).catch(patient.wait);
    if (!tasks) continue;
    patient.wasAnswered();
    const [task] = tasks;
    if (!task) throw new CliError(`the record of task ${id} is gone`, { hint: "stopped tasks are kept for an hour" });
    if (task.lastStatus === "STOPPED") return task;
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
};

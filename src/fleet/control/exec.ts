import type { ExecPlan, RunningExec } from "../model/exec.ts";
import type { TaskId } from "../model/ids.ts";
import { EngineError } from "../ports.ts";
import type { FleetDeps } from "./deps.ts";

/**
 * Runs a program in a container of a task. Any control plane may: it changes nothing that a host's owner decides about.
 * Throws EngineError where the container does not run, and EngineUnreachableError.
 */
export const execIn = async (
  { tasks, hosts, engines }: Pick<FleetDeps, "tasks" | "hosts" | "engines">,
  id: TaskId,
  container: string,
  plan: ExecPlan,
): Promise<RunningExec> => {
  const [task] = await tasks.get([id]);
  const [host] = task ? await hosts.get([task.host]) : [];
  const state = task?.observed.containers.find(({ name }) => name === container);
  if (!host || state?.runtimeId === undefined || state.status !== "RUNNING")
    throw new EngineError(409, `Container ${container} is not running`);
  return engines.at(host.engine).exec(state.runtimeId, plan);
};

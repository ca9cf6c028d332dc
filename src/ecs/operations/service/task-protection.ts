import type { Failure, ProtectedTask } from "@aws-sdk/client-ecs";
import type { Task } from "../../../fleet/index.ts";
import type { Caller } from "../../../kernel/operation.ts";
import { InvalidParameterException } from "../../model/errors.ts";
import { taskArn } from "../../model/identifiers.ts";
import type { ClusterRecord } from "../../model/records.ts";
import { protectedUntil, protectionEnd, protectionFailure } from "../../model/service/task-protection.ts";
import type { EcsDeps, EcsOperations } from "../../ports.ts";
import { changeTaskDetails } from "../change-task-details.ts";
import { findCluster } from "../find-cluster.ts";
import { tasksOf } from "../tasks.ts";

const MAX_TOLD = 100;
const MAX_CHANGED = 10;

/** Tasks of services that the scheduler is not to stop for a while: scaling in and deployments pass them over. */
export const taskProtectionOperations = (
  deps: EcsDeps,
): EcsOperations<"GetTaskProtection" | "UpdateTaskProtection"> => {
  const { fleet, clock } = deps;

  /** What becomes of each task, those with a failure left out and told. */
  const each = async (
    texts: readonly string[],
    cluster: ClusterRecord,
    caller: Caller,
    act: (task: Task) => Promise<Task | undefined>,
  ): Promise<{ protectedTasks: ProtectedTask[]; failures: Failure[] }> => {
    const found = await tasksOf(fleet, cluster, caller, texts);
    const answers = await Promise.all(
      found.map(async (task, index) => {
        const text = texts[index] ?? "";
        const arn = text.startsWith("arn:") ? text : taskArn(caller, cluster.name, text);
        const refused = protectionFailure(task);
        if (!task || refused) return { arn, ...(refused ?? { reason: "MISSING" }) };
        const now = await act(task);
        return now ? asProtectedTask(now, arn, clock.now()) : { arn, reason: "MISSING" };
      }),
    );
    return {
      protectedTasks: answers.flatMap((one) => ("taskArn" in one ? [one] : [])),
      failures: answers.flatMap((one) => ("reason" in one ? [one] : [])),
    };
  };

  return {
    async GetTaskProtection({ cluster: reference, tasks = [] }, caller) {
      checkCount(tasks, MAX_TOLD);
      return each(tasks, await findCluster(deps, reference, caller), caller, async (task) => task);
    },

    async UpdateTaskProtection({ cluster: reference, tasks, ...asked }, caller) {
      checkCount(tasks, MAX_CHANGED);
      const until = protectionEnd(asked, clock.now());
      const cluster = await findCluster(deps, reference, caller);
      return each(tasks, cluster, caller, (task) =>
        changeTaskDetails(fleet, task, ({ protectedUntil: _, ...details }) => ({
          ...details,
          ...(until === undefined ? {} : { protectedUntil: until }),
        })),
      );
    },
  };
};

const asProtectedTask = (task: Task, arn: string, now: number): ProtectedTask => {
  const until = protectedUntil(task, now);
  return {
    taskArn: arn,
    protectionEnabled: until !== undefined,
    ...(until === undefined ? {} : { expirationDate: new Date(until) }),
  };
};

const checkCount = (tasks: readonly string[], most: number): void => {
  if (tasks.length === 0) throw new InvalidParameterException("Tasks cannot be empty.");
  if (tasks.length > most) throw new InvalidParameterException(`Tasks cannot have more than ${most} elements.`);
};

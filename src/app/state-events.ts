import { JOB_STATE_CHANGES } from "../batch/index.ts";
import { asImageActionEvent } from "../ecr/index.ts";
import { asTaskStateChangeEvent, isEcsTask } from "../ecs/index.ts";
import type { Fleet, TaskId } from "../fleet/index.ts";
import type { Change } from "../kernel/change-feed.ts";

/** A change in EventBridge's shape, from the records as they are now; `undefined` where EventBridge would tell nothing. */
export const toEventBridge =
  (fleet: Pick<Fleet, "tasks" | "hosts">, jobEvent: (id: string, at: number) => Promise<object | undefined>) =>
  async (change: Change): Promise<object | undefined> => {
    if (change.kind === "image") return asImageActionEvent(change);
    if (change.kind === "job")
      return JOB_STATE_CHANGES.includes(change.verb) ? jobEvent(change.subject, change.at) : undefined;
    if (change.kind !== "task") return undefined;
    const [task] = await fleet.tasks([change.subject as TaskId]);
    if (!task || !isEcsTask(task)) return undefined;
    const hosts = await fleet.hosts(task.cluster);
    return asTaskStateChangeEvent(
      task,
      hosts.find((host) => host.id === task.host),
      change.at,
    );
  };

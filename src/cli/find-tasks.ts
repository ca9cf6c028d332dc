import type { Task } from "@aws-sdk/client-ecs";
import type { Ecs } from "./ecs.ts";
import { CliError } from "./failure.ts";
import { allPages } from "./pages.ts";
import { lastOf, shortId } from "./views/words.ts";

/** A task as AWS's operations want it. */
export interface TaskReference {
  readonly cluster: string;
  readonly id: string;
}

type Desired = "RUNNING" | "STOPPED";

/** Names of all clusters. */
export const clusterNames = async (ecs: Ecs): Promise<string[]> => {
  const arns = await allPages(
    (nextToken) => ecs.listClusters({ nextToken }),
    (page) => page.clusterArns,
  );
  return arns.map(lastOf);
};

/** ARNs of a cluster's tasks that are wanted to run, or not any more. */
export const taskArns = (ecs: Ecs, cluster: string, desiredStatus: Desired): Promise<string[]> =>
  allPages(
    (nextToken) => ecs.listTasks({ cluster, desiredStatus, nextToken }),
    (page) => page.taskArns,
  );

/** Tasks of a cluster by id or ARN, a hundred at a time as ECS takes them; those that are gone are left out. */
export const describeTasks = async (ecs: Ecs, cluster: string, tasks: readonly string[]): Promise<Task[]> => {
  const batches = Array.from({ length: Math.ceil(tasks.length / 100) }, (_, n) => tasks.slice(n * 100, n * 100 + 100));
  const pages = await Promise.all(batches.map((batch) => ecs.describeTasks({ cluster, tasks: batch })));
  return pages.flatMap((page) => page.tasks ?? []);
};

/** Finds the task that an ARN, an id or the beginning of one means. Throws CliError where none does, or more than one. */
export const findTask = async (ecs: Ecs, text: string): Promise<TaskReference> => {
  const [, cluster, id] = /:task\/([^/]+)\/([0-9a-f]{32})$/.exec(text) ?? [];
  if (cluster && id) return { cluster, id };
  if (!/^[0-9a-f]{1,32}$/.test(text)) {
    throw new CliError(`${text} is not a task's id, nor the beginning of one`, {
      hint: "see them with: berth ps --all",
      exitCode: 2,
    });
  }
  const found = await tasksBeginningWith(ecs, text);
  const [first, ...others] = found;
  if (!first) throw new CliError(`no task's id begins with ${text}`, { hint: "see them with: berth ps --all" });
  if (others.length === 0) return first;
  const ids = found.map((task) => shortId(task.id)).slice(0, 5);
  throw new CliError(`${text} is the beginning of ${found.length} tasks' ids: ${ids.join(", ")}`, {
    hint: "give more of it",
  });
};

/** Tasks of all clusters whose ids begin so. */
export const tasksBeginningWith = async (ecs: Ecs, beginning: string): Promise<TaskReference[]> => {
  const searches = (await clusterNames(ecs)).flatMap((cluster) =>
    (["RUNNING", "STOPPED"] as const).map(async (desired) =>
      (await taskArns(ecs, cluster, desired))
        .map(lastOf)
        .filter((id) => id.startsWith(beginning))
        .map((id) => ({ cluster, id })),
    ),
  );
  return (await Promise.all(searches)).flat();
};

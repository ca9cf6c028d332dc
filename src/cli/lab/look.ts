import type { Task } from "@aws-sdk/client-ecs";
import type { PlacementAnswer, UseAnswer } from "../answers.ts";
import { type Api, ApiFailure } from "../api.ts";
import type { Ecs } from "../ecs.ts";
import { describeTasks, taskArns } from "../find-tasks.ts";
import { lastOf } from "../views/words.ts";

/** A task as a lab's checks look at it. */
export interface LabTask {
  readonly id: string;
  readonly family: string;
  readonly status: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  /** Of its first container. */
  readonly exitCode?: number;
  /** Why that container ended, where there is more to say than its exit code. */
  readonly containerReason?: string;
  /** How long it has run, where it runs now, and on how many cores on average. */
  readonly ranSeconds?: number;
  readonly cores?: number;
  /** Why it is where it is; absent where nothing is on record. */
  readonly placement?: PlacementAnswer;
}

/** What is true in a learner's Berth when a check begins. */
export interface LabSight {
  /** Families with an active revision. */
  readonly families: readonly string[];
  readonly tasks: readonly LabTask[];
  /** The last refused request, or the one that the learner named. */
  readonly refusals: readonly PlacementAnswer[];
}

const CLUSTER = "default";

/** Looks at what a learner did, by the same operations that the learner used. */
export const lookAt = async (
  { api, ecs }: { api: Api; ecs: Ecs },
  families: readonly string[],
  refusedRequest?: string,
): Promise<LabSight> => {
  const [tasks, use] = await Promise.all([tasksOfFamilies(ecs, families), api.get<UseAnswer>("/use")]);
  const query = refusedRequest === undefined ? "" : `?request=${encodeURIComponent(refusedRequest)}`;
  return {
    families: await present(families, (family) => isDefined(ecs, family)),
    tasks: await Promise.all(tasks.map((task) => labTask(api, task, use))),
    refusals: await api.get<PlacementAnswer[]>(`/placements/refusals${query}`),
  };
};

/** Tasks of the default cluster with these families, running or stopped. */
export const tasksOfFamilies = async (ecs: Ecs, families: readonly string[]): Promise<Task[]> => {
  const arns = await Promise.all((["RUNNING", "STOPPED"] as const).map((desired) => taskArns(ecs, CLUSTER, desired)));
  return (await describeTasks(ecs, CLUSTER, arns.flat())).filter((task) => families.includes(familyOf(task)));
};

export const familyOf = (task: Task): string => lastOf(task.taskDefinitionArn).replace(/:\d+$/, "");

const labTask = async (api: Api, task: Task, use: UseAnswer): Promise<LabTask> => {
  const id = lastOf(task.taskArn);
  const placement = await placementOf(api, id);
  const [container] = task.containers ?? [];
  return {
    id,
    family: familyOf(task),
    status: task.lastStatus ?? "",
    ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
    ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
    ...(container?.exitCode !== undefined && { exitCode: container.exitCode }),
    ...(container?.reason !== undefined && { containerReason: container.reason }),
    ...useOf(task, use),
    ...(placement && { placement }),
  };
};

const useOf = ({ taskArn, startedAt }: Task, { at, tasks }: UseAnswer): Pick<LabTask, "ranSeconds" | "cores"> => {
  const used = tasks.find(({ task }) => task === lastOf(taskArn));
  if (!used || !startedAt) return {};
  const ranSeconds = (at - startedAt.getTime()) / 1000;
  const cpuSeconds = used.containers.reduce((sum, { cpuNanos }) => sum + cpuNanos, 0) / 1e9;
  return { ranSeconds, cores: cpuSeconds / Math.max(1, ranSeconds) };
};

const placementOf = async (api: Api, id: string): Promise<PlacementAnswer | undefined> => {
  try {
    return await api.get<PlacementAnswer>(`/tasks/${id}/placement`);
  } catch (error) {
    // Forgotten since it was listed.
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
};

const isDefined = async (ecs: Ecs, family: string): Promise<boolean> => {
  try {
    return (await ecs.describeTaskDefinition({ taskDefinition: family })).taskDefinition?.status === "ACTIVE";
  } catch (error) {
    // ECS has no code of its own for a family that does not exist.
    if ((error as Error).name === "ClientException") return false;
    throw error;
  }
};

const present = async <Item>(items: readonly Item[], is: (item: Item) => Promise<boolean>): Promise<Item[]> => {
  const answers = await Promise.all(items.map(is));
  return items.filter((_, index) => answers[index]);
};

import { JOB_STATE_CHANGES } from "../batch/index.ts";
import { asImageActionEvent } from "../ecr/index.ts";
import { asTaskStateChangeEvent, isEcsTask } from "../ecs/index.ts";
import type { Fleet, TaskId } from "../fleet/index.ts";
import type { Change } from "../kernel/change-feed.ts";

/** Whom to ask for what EventBridge is told of jobs and services. */
export interface Tellers {
  readonly fleet: Pick<Fleet, "tasks" | "hosts">;
  jobEvent(id: string, at: number): Promise<object | undefined>;
  serviceEvents(id: string, version: number): Promise<readonly object[]>;
}

/** A change in EventBridge's shape, from the records as they are now: none where EventBridge would tell nothing, several where one change tells several. */
export const toEventBridge = (tellers: Tellers): ((change: Change) => Promise<readonly object[]>) => {
  const byKind: Readonly<Record<string, (change: Change) => Promise<readonly (object | undefined)[]>>> = {
    image: async (change) => [asImageActionEvent(change)],
    job: async ({ verb, subject, at }) =>
      JOB_STATE_CHANGES.includes(verb) ? [await tellers.jobEvent(subject, at)] : [],
    service: ({ subject, facts }) => tellers.serviceEvents(subject, Number(facts.version)),
    task: async (change) => [await taskEvent(tellers.fleet, change)],
  };
  return async (change) => ((await byKind[change.kind]?.(change)) ?? []).flatMap((event) => event ?? []);
};

const taskEvent = async (fleet: Tellers["fleet"], { subject, at }: Change): Promise<object | undefined> => {
  const [task] = await fleet.tasks([subject as TaskId]);
  if (!task || !isEcsTask(task)) return undefined;
  const hosts = await fleet.hosts(task.cluster);
  return asTaskStateChangeEvent(
    task,
    hosts.find((host) => host.id === task.host),
    at,
  );
};

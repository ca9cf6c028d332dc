import type { Random } from "../../kernel/random.ts";
import type { TaskId } from "../model/ids.ts";
import { place } from "../model/place.ts";
import type { PlacementRecord } from "../model/placement.ts";
import { explainWaiting, requestOfWaiting } from "../model/waiting.ts";
import type { HostStore, TaskStore } from "../ports.ts";
import { viewOf } from "./view-of.ts";

interface ReasonDeps {
  readonly hosts: HostStore;
  readonly tasks: TaskStore;
  readonly random: Random;
}

/** Why a task is where it is. Of one that waits it is found out anew: what it lacks now, and how many came before it. */
export const placementOf = async (deps: ReasonDeps, id: TaskId): Promise<PlacementRecord | undefined> => {
  const record = await deps.tasks.placement(id);
  if (!record?.waiting) return record;
  const { waiting } = record;
  const [[task], ahead] = await Promise.all([deps.tasks.get([id]), deps.tasks.placeInLine(waiting.line, id)]);
  if (!task || ahead === undefined) return record;
  const request = requestOfWaiting(task, record, waiting);
  const plan = place(request, await viewOf(deps.hosts, request), deps.random.next);
  return { ...record, explanation: explainWaiting(plan, ahead) };
};

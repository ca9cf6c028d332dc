import type { Clock } from "../../kernel/clock.ts";
import type { Failpoints } from "../../kernel/failpoints.ts";
import type { Random } from "../../kernel/random.ts";
import type { PlacementAnswer } from "../fleet.ts";
import type { TaskId } from "../model/ids.ts";
import { groupLimitOf, newTask, recordOf } from "../model/new-task.ts";
import { withPause } from "../model/pause.ts";
import { place } from "../model/place.ts";
import type { PlacementExplanation, PlacementRequest } from "../model/placement.ts";
import type { PlacementMove } from "../model/placement-move.ts";
import { letWait, type WaitingPlan, waitingOf } from "../model/waiting.ts";
import type { HostStore, OwnImages, TaskStore } from "../ports.ts";
import { withDigests } from "./resolve-images.ts";
import { viewOf } from "./view-of.ts";

export interface PlacementDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly failpoints: Failpoints;
  readonly hosts: HostStore;
  readonly tasks: TaskStore;
  readonly ownImages: OwnImages;
  readonly registry: string;
}

/** How often a plan is made anew after another control plane was faster. */
export const REPLANS = 20;

/**
 * Places a request on a fresh snapshot of its cluster: plan, commit in one move, and plan again if the move found the
 * cluster changed. Tasks that may wait for a host do, in the same move. Refused ones are never made; why is kept under the request id.
 * Throws when it loses the race too often.
 */
export const placeTasks = async (deps: PlacementDeps, asked: PlacementRequest): Promise<PlacementAnswer> => {
  const request = { ...asked, spec: await withDigests(deps, withPause(asked.spec)) };
  for (let tries = 0; tries < REPLANS; tries += 1) {
    const plan = await planOf(deps, request);
    const move = moveOf(deps, request, plan);
    await deps.failpoints.hit("place.before-commit");
    const outcome = await deps.tasks.commit(move);
    await deps.failpoints.hit("place.committed");
    if (outcome.type === "stale") continue;
    if (outcome.type === "conflict") return { type: "conflict" };
    if (outcome.type === "repeated") return repeatedAnswer(deps.tasks, outcome.tasks);
    await keepRefusals(deps, request, plan.refused);
    return { type: "answered", tasks: move.tasks.map(({ task }) => task), refused: plan.refused };
  }
  throw new Error(`lost the race for ${request.cluster} ${REPLANS} times`);
};

const planOf = async ({ hosts, tasks, random }: PlacementDeps, request: PlacementRequest): Promise<WaitingPlan> => {
  const plan = place(request, await viewOf(hosts, request), random.next);
  if (request.line === undefined) return { ...plan, waiting: [] };
  return letWait(plan, (await tasks.lineLength(request.line)) > 0);
};

/** What the first request with this cause was answered: its tasks as they are now, and its refusals as long as they are kept. */
const repeatedAnswer = async (tasks: TaskStore, ids: readonly TaskId[]): Promise<PlacementAnswer> => {
  const made = (await tasks.get(ids)).flatMap((task) => task ?? []);
  const first = made[0] && (await tasks.placement(made[0].id));
  const refusals = first ? await tasks.refusals(first.requestId) : [];
  return { type: "answered", tasks: made, refused: refusals.map(({ explanation }) => explanation) };
};

const moveOf = ({ clock, random }: PlacementDeps, request: PlacementRequest, plan: WaitingPlan): PlacementMove => {
  const at = clock.now();
  const make = (explanation: PlacementExplanation, placed?: WaitingPlan["placed"][number]) => {
    const task = newTask(request, random.hex(32) as TaskId, at, placed);
    const waits = placed === undefined && request.line !== undefined ? request.line : undefined;
    const record = { ...recordOf(request, explanation, at), taskId: task.id };
    return {
      task,
      ...groupLimitOf(request),
      ...(waits === undefined
        ? { record }
        : { line: waits, record: { ...record, waiting: waitingOf(request, waits) } }),
    };
  };
  return {
    ...(request.cause && { cause: request.cause }),
    ...(request.wantedBy && { wantedBy: request.wantedBy }),
    tasks: [
      ...plan.placed.map((placed) => make(placed.explanation, placed)),
      ...plan.waiting.map((explanation) => make(explanation)),
    ],
  };
};

const keepRefusals = async (
  { clock, tasks }: PlacementDeps,
  request: PlacementRequest,
  refused: readonly PlacementExplanation[],
): Promise<void> => {
  if (refused.length === 0) return;
  await tasks.keepRefusals(
    request.requestId,
    refused.map((explanation) => recordOf(request, explanation, clock.now())),
  );
};

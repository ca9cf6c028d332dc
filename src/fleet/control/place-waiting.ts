import type { Clock } from "../../kernel/clock.ts";
import type { Failpoints } from "../../kernel/failpoints.ts";
import type { Random } from "../../kernel/random.ts";
import { isHopeless } from "../model/failures.ts";
import type { TaskId } from "../model/ids.ts";
import { groupLimitOf, placedTask, recordOf } from "../model/new-task.ts";
import { place } from "../model/place.ts";
import type { PlacementRecord } from "../model/placement.ts";
import type { Task } from "../model/task.ts";
import { requestOfWaiting } from "../model/waiting.ts";
import type { HostStore, TaskStore } from "../ports.ts";
import { REPLANS } from "./placement.ts";
import { viewOf } from "./view-of.ts";

export interface WaitingDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly failpoints: Failpoints;
  readonly hosts: HostStore;
  readonly tasks: TaskStore;
}

/** Of a line are looked at that many in a round: who comes later waits anyway, unless all before it find a host. */
const LOOK_AT = 100;

/**
 * Gives hosts to tasks that wait for one, each line in its order and each task in a move of its own. The first of a line that finds none keeps
 * those behind it waiting, so that a large one gets its turn; one that no host could hold any more keeps nobody. May be repeated, and run twice
 * at once. Answers whether a line is to be looked at further.
 */
export const placeWaiting = async (deps: WaitingDeps): Promise<boolean> => {
  const lines = await deps.tasks.waiting(LOOK_AT);
  const placed = await Promise.all([...lines.values()].map((ids) => placeLine(deps, ids)));
  return placed.some((count) => count >= LOOK_AT);
};

const placeLine = async (deps: WaitingDeps, ids: readonly TaskId[]): Promise<number> => {
  let placed = 0;
  for (const id of ids) {
    const [[task], record] = await Promise.all([deps.tasks.get([id]), deps.tasks.placement(id)]);
    if (!task || !record) continue;
    const outcome = await placeOne(deps, task, record);
    if (outcome === "none has room") break;
    if (outcome === "placed") placed += 1;
  }
  return placed;
};

type Outcome = "placed" | "none has room" | "never" | "waits no longer";

const placeOne = async (deps: WaitingDeps, task: Task, record: PlacementRecord): Promise<Outcome> => {
  const { waiting } = record;
  if (!waiting) return "waits no longer";
  const request = requestOfWaiting(task, record, waiting);
  for (let tries = 0; tries < REPLANS; tries += 1) {
    const plan = place(request, await viewOf(deps.hosts, request), deps.random.next);
    const [refused] = plan.refused;
    if (refused) return isHopeless(refused) ? "never" : "none has room";
    const [placed] = plan.placed;
    if (!placed) break;
    await deps.failpoints.hit("place.before-commit");
    const outcome = await deps.tasks.commit({
      tasks: [
        {
          task: placedTask(task, placed),
          ...groupLimitOf(request),
          record: { ...recordOf(request, placed.explanation, deps.clock.now()), taskId: task.id },
          line: waiting.line,
        },
      ],
    });
    await deps.failpoints.hit("place.committed");
    if (outcome.type === "committed") return outcome.gone.length > 0 ? "waits no longer" : "placed";
  }
  // Somebody was faster each time: at the next round.
  return "none has room";
};

import type { Clock } from "../../kernel/clock.ts";
import type { ClaimedAnswer, ClaimedTask } from "../fleet.ts";
import type { PlacementMove } from "../model/placement-move.ts";
import type { TaskStore } from "../ports.ts";

/**
 * Places tasks whose host their wing has decided, all in one move with the attempts that they are. Nothing is looked up: the move itself
 * rechecks hosts and room, and refuses the whole where one has changed.
 */
export const placeClaimed = async (
  { tasks, clock }: { readonly tasks: TaskStore; readonly clock: Clock },
  claimed: readonly ClaimedTask[],
): Promise<ClaimedAnswer> => {
  const at = clock.now();
  const outcome = await tasks.commit({ tasks: claimed.map((one) => placedTask(one, at)) });
  if (outcome.type === "committed") return { type: "placed", gone: outcome.gone };
  if (outcome.type === "stale") return outcome;
  throw new Error(`a placement without a cause was answered ${outcome.type}`);
};

const placedTask = (claimed: ClaimedTask, at: number): PlacementMove["tasks"][number] => {
  const { id, cluster, host, spec, group, details, claim, among } = claimed;
  return {
    claim,
    task: {
      id,
      cluster,
      host,
      attempt: 1,
      group,
      terms: [],
      spec,
      ports: [],
      details,
      createdAt: at,
      desired: "RUNNING",
      observed: {
        status: "PENDING",
        containers: spec.containers.map(({ name }) => ({ name, status: "PENDING", bindings: [], restartCount: 0 })),
      },
      version: 1,
    },
    record: {
      requestId: claim.job,
      taskId: id,
      cluster,
      group,
      at,
      needed: { ...spec.reserve, ports: [] },
      constraints: [],
      strategies: [],
      explanation: { chosen: host, among, hosts: [{ host, lacks: [], rank: 1, scores: [claimed.why] }] },
    },
  };
};

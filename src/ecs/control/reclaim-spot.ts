import type { ClusterId, Fleet } from "../../fleet/index.ts";
import type { Random } from "../../kernel/random.ts";
import { interruptSpot, type SpotSettings } from "../interrupt-spot.ts";
import { TERM } from "../model/task-details.ts";
import type { EcsStores } from "../ports.ts";

export interface ReclaimDeps {
  readonly clusters: EcsStores["clusters"];
  readonly fleet: Fleet;
  readonly random: Random;
  readonly spot: SpotSettings & {
    /** Of one task, on average. */
    readonly interruptionsPerHour: number;
  };
}

/** One round of taking back tasks on Spot at the configured rate: each that runs is hit as likely as rounds that long apart make it. */
export const reclaimSpot = async ({ clusters, fleet, random, spot }: ReclaimDeps, everyMs: number): Promise<void> => {
  const chance = (spot.interruptionsPerHour * everyMs) / 3_600_000;
  if (chance <= 0) return;
  for (const cluster of await clusters.find([])) {
    const terms = [TERM.desired("RUNNING"), TERM.capacityProvider("FARGATE_SPOT")];
    for (const task of await fleet.tasks(await fleet.findTasks(cluster as ClusterId, terms)))
      if (task?.observed.status === "RUNNING" && random.next() < chance) await interruptSpot(fleet, spot, task.id);
  }
};

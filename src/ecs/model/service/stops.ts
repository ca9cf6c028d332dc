import type { ServiceHost, ServiceTask } from "./decision.ts";
import type { Scene } from "./scene.ts";
import { byProvider, strategyOf, surplusOver } from "./split.ts";

/** Chooses tasks to stop, and never so many that fewer than the lower bound are left. */
export interface Stops {
  /** At most `limit` of these, those that are missed least first. */
  pick(candidates: readonly ServiceTask[], limit: number): ServiceTask[];
}

/** Of every task that is chosen, the next choice knows. */
export const stopsWithin = (scene: Scene): Stops => {
  let left = [...scene.wanted];
  const overShare = sharesOf(scene);
  const mayGo = (task: ServiceTask): boolean => {
    if (scene.isProtected(task)) return false;
    if (!scene.isServing(task)) return true;
    // Who runs but does not count as healthy yet is missed too: a lower bound kept by tasks of ten seconds would else be kept by none.
    const counts = scene.isHealthy(task) ? scene.isHealthy : scene.isServing;
    return left.filter(counts).length > scene.bounds.lower;
  };
  return {
    pick(candidates, limit) {
      const picked: ServiceTask[] = [];
      while (picked.length < limit) {
        const open = candidates.filter((task) => left.includes(task) && mayGo(task));
        const order = missedLeastFirst(scene, left, overShare(left));
        const [next] = open.sort(order);
        if (!next) break;
        picked.push(next);
        left = left.filter((task) => task !== next);
      }
      return picked;
    },
  };
};

type Order = (a: ServiceTask, b: ServiceTask) => number;

/** By how many a task's capacity provider has more of the PRIMARY deployment's tasks than its part of those desired. */
const sharesOf = ({ service, primary }: Scene) => {
  const strategy = strategyOf(service, primary);
  let surplus: ReturnType<typeof surplusOver> | undefined;
  return (left: readonly ServiceTask[]): ((task: ServiceTask) => number) => {
    if (!strategy || strategy.length < 2) return () => 0;
    surplus ??= surplusOver(strategy, service.desiredCount);
    const over = surplus;
    const held = byProvider(left.filter(({ deployment }) => deployment === primary.id));
    return ({ deployment, capacityProvider = "" }) => (deployment === primary.id ? over(held, capacityProvider) : 0);
  };
};

/**
 * Pending and unhealthy tasks, then those that do not count as healthy yet; of the oldest deployment; of the capacity provider that has most
 * over its part; from the zone and the host with most of them, so that they stay spread (with binpack from the host with fewest, so that it
 * is free); the youngest.
 */
const missedLeastFirst = (scene: Scene, left: readonly ServiceTask[], over: (task: ServiceTask) => number): Order => {
  const worth = (task: ServiceTask): number => Number(scene.isServing(task)) + Number(scene.isHealthy(task));
  const bornAt = new Map(scene.service.deployments.map(({ id, createdAt }) => [id, createdAt]));
  const born = ({ deployment }: ServiceTask): number =>
    deployment === scene.primary.id ? Number.MAX_SAFE_INTEGER : (bornAt.get(deployment) ?? 0);
  const zoneOf = ({ host = "", zone }: ServiceTask): string => zone ?? scene.hosts.get(host)?.zone ?? "";
  const hostOf = ({ host = "" }: ServiceTask): ServiceHost["id"] => host;
  const perZone = counted(left, zoneOf);
  const perHost = counted(left, hostOf);
  const isPacked = scene.service.placementStrategy[0]?.type === "binpack";
  const crowd: Order = (a, b) =>
    isPacked
      ? perHost.get(hostOf(a))! - perHost.get(hostOf(b))!
      : perZone.get(zoneOf(b))! - perZone.get(zoneOf(a))! || perHost.get(hostOf(b))! - perHost.get(hostOf(a))!;
  return (a, b) =>
    worth(a) - worth(b) ||
    born(a) - born(b) ||
    over(b) - over(a) ||
    crowd(a, b) ||
    b.createdAt - a.createdAt ||
    (a.id < b.id ? -1 : 1);
};

const counted = (tasks: readonly ServiceTask[], keyOf: (task: ServiceTask) => string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const task of tasks) counts.set(keyOf(task), (counts.get(keyOf(task)) ?? 0) + 1);
  return counts;
};

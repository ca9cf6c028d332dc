import type { ServiceTask } from "./decision.ts";
import type { Scene, ServiceMoves } from "./scene.ts";
import { stopsWithin } from "./stops.ts";

/**
 * A REPLICA service keeps its desired count of tasks of the PRIMARY deployment. Whatever else runs leaves as far as the lower bound lets
 * it, and new ones start as far as the upper bound lets them: stops are asked for first, so their places are free for starts.
 */
export const replicaMoves = (scene: Scene): ServiceMoves => {
  const { service, primary, wanted, bounds, isRolling, isDoomed } = scene;
  const desired = service.desiredCount;
  const leaving = wanted.filter((task) => isToLeave(scene, task));
  const staying = wanted.filter((task) => !leaving.includes(task));
  const doomed = staying.filter(isDoomed);
  const kept = staying.filter((task) => !isDoomed(task));
  const ours = kept.filter(({ deployment }) => deployment === primary.id);
  // Of a failed deployment's forerunners, which stay, no more than are desired.
  const others = kept.filter(({ deployment }) => deployment !== primary.id);

  const choice = stopsWithin(scene);
  const stops = [
    ...choice.pick(leaving, leaving.length),
    ...choice.pick(others, others.length - desired),
    ...choice.pick(ours, ours.length - desired),
  ];
  const missing = isRolling ? Math.max(0, desired - ours.length) : 0;
  const room = bounds.upper - (wanted.length - stops.length);
  const unhealthy = doomed.slice(0, stoppableDoomed(scene, { doomed, ours, missing, room }));
  return {
    stops,
    unhealthy,
    start: Math.max(0, Math.min(missing, room + unhealthy.length)),
    missing,
    leaving: [...leaving, ...(ours.length > desired ? ours : []), ...(others.length > desired ? others : [])],
    isSettled:
      ours.length === desired &&
      leaving.length === 0 &&
      doomed.length === 0 &&
      ours.every(scene.isHealthy) &&
      isRolling,
  };
};

const isToLeave = ({ hosts, isRolling, primary }: Scene, { host, deployment }: ServiceTask): boolean =>
  (isRolling && deployment !== primary.id) || (host !== undefined && (hosts.get(host)?.state ?? "ACTIVE") !== "ACTIVE");

interface Unhealthy {
  readonly doomed: readonly ServiceTask[];
  readonly ours: readonly ServiceTask[];
  readonly missing: number;
  readonly room: number;
}

/**
 * An unhealthy task goes when another has come for it. Where none can come (the upper bound or the cluster has no room), they go
 * one by one: the next when the one that took its place runs.
 */
const stoppableDoomed = (scene: Scene, { doomed, ours, missing, room }: Unhealthy): number => {
  if (!scene.isRolling) return doomed.length;
  const replaced = Math.max(0, ours.length + doomed.length - scene.service.desiredCount);
  if (replaced > 0 || missing === 0 || doomed.length === 0) return replaced;
  const hasNoRoom = room <= 0 || scene.primary.unplaced !== undefined;
  return hasNoRoom && ours.every(scene.isServing) ? 1 : 0;
};

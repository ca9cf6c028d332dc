import type { ServiceSettings } from "./decision.ts";
import { graceEnds, healthyFrom } from "./health.ts";
import type { Scene, ServiceMoves } from "./scene.ts";

/** When time alone changes what is decided next, in milliseconds since 1970; `undefined` where only what happens does. */
export const lookAgainAt = (scene: Scene, moves: ServiceMoves, settings: ServiceSettings): number | undefined => {
  const { service, primary, wanted, now } = scene;
  const times = [
    ...(moves.missing > 0 ? [primary.trouble.nextStartAt] : []),
    ...wanted.filter(scene.isServing).map((task) => healthyFrom(task, settings)),
    ...wanted
      .filter(({ health }) => health === "UNHEALTHY")
      .map((task) => graceEnds(task, service.healthCheckGracePeriodSeconds)),
    ...moves.leaving.map(({ protectedUntil }) => protectedUntil),
  ].filter((time): time is number => time !== undefined && time > now);
  return times.length === 0 ? undefined : Math.min(...times);
};

import { isDeepStrictEqual } from "node:util";
import { judge } from "./breaker.ts";
import { daemonHosts, daemonMoves } from "./daemon.ts";
import type {
  ServiceDecision,
  ServiceHost,
  ServiceSettings,
  ServiceStart,
  ServiceStop,
  ServiceTask,
} from "./decision.ts";
import { changed, completed, moved, primaryOf, rolloutReason } from "./deployments.ts";
import { STEADY, say, sayOnce, sayStopped } from "./events.ts";
import { giveUp } from "./give-up.ts";
import { HEALTH_STOP_REASON, isWanted } from "./health.ts";
import { inactive, pruned } from "./history.ts";
import { lookAgainAt } from "./look-again.ts";
import type { ServiceRecord } from "./records.ts";
import { replicaMoves } from "./replica.ts";
import { type Scene, type ServiceMoves, sceneOf } from "./scene.ts";
import { byProvider, strategyOf } from "./split.ts";

/** What a service asks for now: see ServiceDecision. Deciding again after a crash asks for the same, or for what is left of it. */
export const decideService = (
  service: ServiceRecord,
  tasks: readonly ServiceTask[],
  hosts: readonly ServiceHost[],
  settings: ServiceSettings,
  now: number,
): ServiceDecision => {
  if (service.status !== "ACTIVE") return drained(service, tasks, now);
  const judged = giveUp(looked(service, tasks, hosts, settings, now), tasks, now);
  const primary = primaryOf(judged);
  if (!primary) return { service, starts: [], stops: [] };
  // What is gone back to is looked at like any other.
  if (primary.id !== primaryOf(service)?.id) return decideService(judged, tasks, hosts, settings, now);
  const scene = sceneOf(judged, primary, tasks, hosts, settings, now);
  const moves = judged.schedulingStrategy === "DAEMON" ? daemonMoves(scene) : replicaMoves(scene);
  const { nextStartAt = 0 } = primary.trouble;
  const start = nextStartAt <= now ? moves.start : 0;
  const next = settled(told(judged, scene, moves, start), scene, moves);
  const again = lookAgainAt(scene, moves, settings);
  return {
    service: isDeepStrictEqual(next, service) ? service : next,
    starts: start === 0 ? [] : [{ deployment: primary.id, count: start, ...howToStart(scene, moves) }],
    stops: [
      ...moves.unhealthy.map(({ id }) => ({ ...BY_SCHEDULER, task: id, reason: HEALTH_STOP_REASON })),
      ...moves.stops.map(scaledIn),
    ],
    ...(again === undefined ? {} : { lookAgainAt: again }),
  };
};

/** On which hosts, or beside which tasks of the deployment that stay. */
const howToStart = (
  { service, primary, wanted }: Scene,
  { onHosts, stops, unhealthy }: ServiceMoves,
): Pick<ServiceStart, "onHosts" | "beside"> => {
  if (onHosts) return { onHosts };
  if (!strategyOf(service, primary)) return {};
  const going = new Set([...stops, ...unhealthy]);
  return { beside: byProvider(wanted.filter((task) => task.deployment === primary.id && !going.has(task))) };
};

const BY_SCHEDULER = { code: "ServiceSchedulerInitiated" } as const;

const scaledIn = ({ id, deployment }: ServiceTask): ServiceStop => ({
  ...BY_SCHEDULER,
  task: id,
  reason: `Scaling activity initiated by (deployment ${deployment})`,
});

/** The service with what is seen of its hosts and of its PRIMARY deployment's tasks counted. */
const looked = (
  service: ServiceRecord,
  tasks: readonly ServiceTask[],
  hosts: readonly ServiceHost[],
  settings: ServiceSettings,
  now: number,
): ServiceRecord => {
  const counted =
    service.schedulingStrategy === "DAEMON" ? { ...service, desiredCount: daemonHosts(hosts).length } : service;
  const primary = primaryOf(service);
  if (!primary) return counted;
  const own = tasks.filter(({ deployment }) => deployment === primary.id);
  const trouble = judge(primary.trouble, own, service.bounds.circuitBreaker ?? {}, settings, now);
  const known = changed(counted, primary.id, (one) => ({ ...one, trouble }));
  return trouble.failedStarts > 1 && primary.trouble.failedStarts <= 1
    ? say(known, "is unable to consistently start tasks successfully.", now, { name: "SERVICE_TASK_START_IMPAIRED" })
    : known;
};

/** The service having said what is done about its tasks, or that nothing can be. */
const told = (
  service: ServiceRecord,
  { primary, bounds, now }: Scene,
  moves: ServiceMoves,
  start: number,
): ServiceRecord => {
  const stopped = [...moves.unhealthy, ...moves.stops];
  const unhealthy = moves.unhealthy.reduce(
    (one, { id }) => sayOnce(one, `(task ${id}) failed container health checks.`, now),
    service,
  );
  const said = sayStopped(
    unhealthy,
    stopped.map(({ id }) => id),
    now,
  );
  const placed = moves.missing > 0 ? said : changed(said, primary.id, ({ unplaced: _, ...one }) => one);
  const isStuck =
    moves.missing > 0 && moves.leaving.length > 0 && bounds.lower >= bounds.upper && stopped.length + start === 0;
  return isStuck ? sayOnce(placed, BLOCKED, now, { unless: STEADY }) : placed;
};

const BLOCKED =
  "was unable to stop or start tasks during a deployment because of the service deployment configuration. " +
  "Update the minimumHealthyPercent or maximumPercent value and try again.";

/** The service with its roll completed and its steady state said, where everything is as it ought to be and nothing else is left. */
const settled = (
  service: ServiceRecord,
  { primary, tasks, now }: Scene,
  { isSettled }: ServiceMoves,
): ServiceRecord => {
  const isSteady =
    isSettled && tasks.every(({ deployment, status }) => deployment === primary.id || status === "STOPPED");
  const done =
    isSteady && primary.rolloutState === "IN_PROGRESS"
      ? say(completed(service, primary, now), `(deployment ${primary.id}) deployment completed.`, now, {
          name: "SERVICE_DEPLOYMENT_COMPLETED",
          deployment: primary.id,
          reason: rolloutReason.completed(primary.id),
        })
      : service;
  const steady =
    isSteady && !service.isSteady
      ? say(done, "has reached a steady state.", now, { name: "SERVICE_STEADY_STATE" })
      : done;
  return pruned({ ...steady, isSteady }, tasks, now);
};

/** A deleted service: everything goes, and it is INACTIVE when the last is gone. Not even protected tasks outlive it. */
const drained = (service: ServiceRecord, tasks: readonly ServiceTask[], now: number): ServiceDecision => {
  const wanted = tasks.filter(isWanted);
  const isOver = service.status === "DRAINING" && tasks.every(({ status }) => status === "STOPPED");
  const next = isOver
    ? ended(service, now)
    : sayStopped(
        service,
        wanted.map(({ id }) => id),
        now,
      );
  return { service: next, starts: [], stops: wanted.map(scaledIn) };
};

const ended = (service: ServiceRecord, now: number): ServiceRecord => ({
  ...service,
  status: "INACTIVE",
  inactiveAt: now,
  deployments: service.deployments.map((one) => inactive(moved(one, "superseded", now), now)),
});

import { isDeepStrictEqual } from "node:util";
import type { TaskId } from "../../fleet/index.ts";
import type { RecordVersion, Stored } from "../../kernel/records.ts";
import { changeService } from "../change-service.ts";
import { decideService } from "../model/service/decide.ts";
import type { ServiceDecision, ServiceStart } from "../model/service/decision.ts";
import { marked } from "../model/service/events.ts";
import { placementOutcome } from "../model/service/placement-outcome.ts";
import type { ServiceRecord } from "../model/service/records.ts";
import { serviceTerms } from "../model/store-keys.ts";
import type { ServiceLoopDeps } from "./service-loop-deps.ts";
import { readSight, type ServiceSight } from "./service-sight.ts";
import { type Started, startTasks } from "./service-starts.ts";

/** How one look at a service ended. */
export type Look =
  /** There is nothing left to look after. */
  | { readonly type: "gone" }
  /** It changed meanwhile: look again. */
  | { readonly type: "outdated" }
  | {
      readonly type: "done";
      /** When to look again even if nothing happens. */
      readonly at?: number;
      /** Placement refused a task of it: whatever is given back may let it in. */
      readonly waitsForRoom: boolean;
    };

const OUTDATED: Look = { type: "outdated" };

/**
 * Looks at a service once: reads it, its tasks and its hosts, decides, and does it: first what the service is on record, then stops, then starts,
 * then what came of them. Every step is taken only while the service is of the version that the step builds on, so the steps of two keepers never
 * mix; where it dies between two, the next look decides what is left.
 */
export const lookAfterService =
  (deps: ServiceLoopDeps) =>
  async (id: string): Promise<Look> => {
    const { services, clock, settings } = deps;
    const [stored] = await services.get([id]);
    if (!stored || stored.value.status === "INACTIVE") return { type: "gone" };
    const sight = await readSight(deps, stored.value);
    const decision = decideService(stored.value, sight.tasks, sight.hosts, settings, clock.now());
    const acted = await act(deps, stored, decision, sight);
    if (acted === undefined) return OUTDATED;
    return {
      type: "done",
      waitsForRoom: acted.deployments.some(({ unplaced }) => unplaced !== undefined),
      ...(decision.lookAgainAt !== undefined && { at: decision.lookAgainAt }),
    };
  };

/** The service as it is on record then; `undefined` where it changed meanwhile. */
const act = async (
  deps: ServiceLoopDeps,
  stored: Stored<ServiceRecord>,
  decision: ServiceDecision,
  sight: ServiceSight,
): Promise<ServiceRecord | undefined> => {
  const replaced = await replace(deps, stored, decision.service);
  if (!replaced) return undefined;
  const stopped = await stop(deps, replaced, decision);
  if (stopped === undefined) return undefined;
  const answers: [ServiceStart, Started][] = [];
  for (const start of decision.starts) {
    const version = answers.at(-1)?.[1].version ?? stopped;
    const started = await startTasks(deps, { ...stored, version }, start, sight.asked, sight.hostViews);
    answers.push([start, started]);
    if (started.isOutdated) break;
  }
  const told = answers.length === 0 ? replaced.value : await tell(deps, stored.id, answers);
  return answers.some(([, { isOutdated }]) => isOutdated) ? undefined : told;
};

const replace = async (
  { services, failpoints }: ServiceLoopDeps,
  stored: Stored<ServiceRecord>,
  decided: ServiceRecord,
): Promise<Stored<ServiceRecord> | undefined> => {
  if (decided === stored.value) return stored;
  const next = marked(decided, stored.version + 1);
  await failpoints.hit("services.before-replace");
  const replaced = await services.replace(stored.id, stored.version, next, serviceTerms(next));
  await failpoints.hit("services.replaced");
  return replaced;
};

/** The version of the service then. */
const stop = async (
  { fleet, failpoints }: ServiceLoopDeps,
  { id, version }: Stored<ServiceRecord>,
  { stops }: ServiceDecision,
): Promise<number | undefined> => {
  if (stops.length === 0) return version;
  const wantedBy: RecordVersion = { kind: "service", id, version };
  await failpoints.hit("services.before-stop");
  const isDone = await fleet.stopTasks(
    stops.map(({ task, ...why }) => ({ ...why, task: task as TaskId })),
    wantedBy,
  );
  await failpoints.hit("services.stopped");
  return isDone ? version + 1 : undefined;
};

/** Says on record what placement answered. A crash before it loses the sentence, and nothing else. */
const tell = async (
  { services, clock, failpoints }: ServiceLoopDeps,
  id: string,
  answers: readonly [ServiceStart, Started][],
): Promise<ServiceRecord | undefined> => {
  await failpoints.hit("services.before-tell");
  return changeService(services, id, (service) => {
    const next = answers.reduce(
      (one, [{ deployment }, started]) => placementOutcome(one, deployment, started, clock.now()),
      service,
    );
    return isDeepStrictEqual(next, service) ? service : next;
  });
};

import { clusterId, FARGATE, type HostView } from "../../fleet/index.ts";
import { ApiError } from "../../kernel/errors.ts";
import { type AskedCapacity, launchTypeOf } from "../model/capacity.ts";
import { taskDefinitionReference } from "../model/identifiers.ts";
import type { TaskDefinitionRevision } from "../model/records.ts";
import { asServiceHost, type HostDemands } from "../model/service/as-service-host.ts";
import { asServiceTask } from "../model/service/as-service-task.ts";
import { type AskedOfPlacement, askedOfPlacement } from "../model/service/asked-of-placement.ts";
import type { ServiceHost, ServiceTask } from "../model/service/decision.ts";
import type { ServiceRecord } from "../model/service/records.ts";
import { capacityOfRevision, isOnFargate } from "../model/service/runs-on.ts";
import type { StartOn } from "../model/start-on.ts";
import { asRevision, revisionId } from "../model/store-keys.ts";
import { TERM } from "../model/task-details.ts";
import { zonesFor } from "../starts-for.ts";
import type { ServiceLoopDeps } from "./service-loop-deps.ts";

/** What a deployment's tasks are asked of placement with, or in words why they cannot be. */
export type Asked =
  | {
      readonly type: "asked";
      readonly capacity: AskedCapacity;
      readonly of: (on: StartOn) => AskedOfPlacement;
      /** What hosts must be like for them, whichever provider they are of. */
      readonly demands: HostDemands;
    }
  | { readonly type: "cannot"; readonly why: string };

/** What is seen of a service at a moment. */
export interface ServiceSight {
  readonly tasks: readonly ServiceTask[];
  readonly hosts: readonly ServiceHost[];
  readonly hostViews: readonly HostView[];
  readonly asked: Asked;
}

type SightDeps = Pick<ServiceLoopDeps, "clusters" | "taskDefinitions" | "fleet" | "limits">;

/**
 * Reads the tasks and hosts of a service, and what its PRIMARY deployment asks for. To be called after the service itself was read: then no task
 * that was wanted by an earlier version of it is missed.
 */
export const readSight = async (deps: SightDeps, service: ServiceRecord): Promise<ServiceSight> => {
  const { fleet } = deps;
  const cluster = clusterId(service, service.cluster);
  const homes = [cluster, ...(service.revisions.some(isOnFargate) ? [FARGATE] : [])];
  const [tasks, hostViews, asked] = await Promise.all([
    fleet.findTasks(cluster, [TERM.service(service.name)]).then((ids) => fleet.tasks(ids)),
    Promise.all(homes.map((home) => fleet.hosts(home))).then((hosts) => hosts.flat()),
    askOf(deps, service),
  ]);
  const demands = asked.type === "asked" ? asked.demands : undefined;
  return {
    tasks: tasks.flatMap((task) => (task ? [asServiceTask(task)] : [])),
    hosts: hostViews.map((host) => asServiceHost(host, demands)),
    hostViews,
    asked,
  };
};

const askOf = async (deps: SightDeps, service: ServiceRecord): Promise<Asked> => {
  const primary = service.deployments.find(({ status }) => status === "PRIMARY");
  const revision = service.revisions.find(({ id }) => id === primary?.revision);
  if (!primary || !revision) return { type: "cannot", why: "it has no PRIMARY deployment." };
  const [stored] = await deps.clusters.get([clusterId(service, service.cluster)]);
  const definition = await readDefinition(deps, service, revision.taskDefinition);
  if (!stored || !definition)
    return { type: "cannot", why: `${definition ? "its cluster" : revision.taskDefinition} is not there any more.` };
  const capacity = capacityOfRevision(revision);
  const launchType = launchTypeOf(capacity);
  const { value: cluster } = stored;
  const zones = await zonesFor(deps.fleet, cluster, definition, launchType);
  const ingredients = { revision, definition, cluster, zones, limits: deps.limits };
  const of = (on: StartOn): AskedOfPlacement => askedOfPlacement(service, primary, ingredients, on);
  try {
    return { type: "asked", capacity, of, demands: of({ launchType }) };
  } catch (error) {
    // What was allowed when the service was made need not be any more.
    if (!(error instanceof ApiError)) throw error;
    return { type: "cannot", why: error.message };
  }
};

/** An INACTIVE definition still runs for the services that name it. */
const readDefinition = async (
  { taskDefinitions }: Pick<SightDeps, "taskDefinitions">,
  service: ServiceRecord,
  arn: string,
): Promise<TaskDefinitionRevision | undefined> => {
  const reference = taskDefinitionReference(arn, service);
  if (reference?.revision === undefined) return undefined;
  const [stored] = await taskDefinitions.get([revisionId(service, reference.family, reference.revision)]);
  return stored && asRevision(stored);
};

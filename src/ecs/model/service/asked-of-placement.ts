import type { PlacementRequest, PlacementStrategy } from "../../../fleet/index.ts";
import { askedTasks } from "../asked-tasks.ts";
import type { EcsLimits } from "../limits.ts";
import { readNetworkConfiguration } from "../network-configuration.ts";
import { readConstraints, readStrategies } from "../placement-input.ts";
import type { ClusterRecord, TaskDefinitionRevision } from "../records.ts";
import type { StartOn } from "../start-on.ts";
import type { Tags } from "../tags.ts";
import { TERM } from "../task-details.ts";
import type { DeploymentRecord, ServiceRecord, ServiceRevisionRecord } from "./records.ts";

/** What placement is asked for a deployment's tasks, but for how many and where. */
export type AskedOfPlacement = Omit<PlacementRequest, "requestId" | "count" | "onHosts" | "cause" | "wantedBy">;

/** How ECS spreads a service's tasks where nothing is said: over zones, then over instances. */
const SPREAD: readonly PlacementStrategy[] = [
  { type: "spread", field: "attribute:ecs.availability-zone" },
  { type: "spread", field: "instanceId" },
];

/** The group of a service's tasks. */
export const groupOf = ({ name }: Pick<ServiceRecord, "name">): string => TERM.service(name);

const tagsOf = (service: ServiceRecord, definition: TaskDefinitionRevision): Tags => {
  const propagated = { NONE: {}, SERVICE: service.tags, TASK_DEFINITION: definition.tags }[service.propagateTags];
  if (!service.enableECSManagedTags) return propagated;
  return { ...propagated, "aws:ecs:clusterName": service.cluster, "aws:ecs:serviceName": service.name };
};

/** What a service's tasks are made of. */
export interface Ingredients {
  readonly revision: ServiceRevisionRecord;
  readonly definition: TaskDefinitionRevision;
  readonly cluster: ClusterRecord;
  /** Zones in which its tasks can have subnets. */
  readonly zones: Iterable<string>;
  readonly limits: EcsLimits;
}

/** Tasks of a deployment as placement is asked for them, on that. Throws an ApiError for what could not run as it is said. */
export const askedOfPlacement = (
  service: ServiceRecord,
  { id }: Pick<DeploymentRecord, "id">,
  { revision, definition, cluster, zones, limits }: Ingredients,
  on: StartOn,
): AskedOfPlacement => {
  const { networkMode } = definition.members;
  const { launchType } = on;
  const network = readNetworkConfiguration(revision.networkConfiguration, { networkMode, launchType, zones });
  const asked = askedTasks(
    { group: groupOf(service), startedBy: id, tags: tagsOf(service, definition), network, on, overrides: undefined },
    definition,
    cluster,
    limits,
  );
  const isDaemon = service.schedulingStrategy === "DAEMON";
  const strategies = readStrategies(service.placementStrategy);
  const isSpread = !isDaemon && launchType === "EC2" && strategies.length === 0;
  return {
    ...asked,
    terms: [...new Set([...asked.terms, TERM.service(service.name)])],
    constraints: readConstraints(asked.constraints, service.placementConstraints),
    strategies: isSpread ? SPREAD : strategies,
  };
};

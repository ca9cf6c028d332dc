import type { RunTaskRequest, StartTaskRequest, TaskOverride } from "@aws-sdk/client-ecs";
import { clusterId, type PlacementRequest } from "../../fleet/index.ts";
import { type EcsLimits, enforceLimits } from "./limits.ts";
import { type AskedNetwork, notesOnNetwork, zonesOf } from "./network-configuration.ts";
import { withOverrides } from "./overrides.ts";
import type { ClusterRecord, TaskDefinitionMembers, TaskDefinitionRevision } from "./records.ts";
import { refuseUnbuiltMembers } from "./refusals.ts";
import { requiredAttributes } from "./required-attributes.ts";
import { arnOf } from "./store-keys.ts";
import type { Tags } from "./tags.ts";
import { asStoredDetails, containerCpuOf, type TaskDetails, TERM } from "./task-details.ts";
import { asTaskSpec, constraintsOf } from "./translate-task.ts";

/** What whoever starts tasks says beside the definition: a RunTask request, a service's deployment. */
export interface Starting extends Pick<RunTaskRequest & StartTaskRequest, "overrides" | "startedBy"> {
  /** `family:…` of the definition where absent. */
  readonly group?: string | undefined;
  readonly tags: Tags;
  /** In network mode awsvpc. */
  readonly network?: AskedNetwork | undefined;
  /** Found by these too. */
  readonly terms?: readonly string[];
}

/** What placement is asked for, but for how many and where. */
export type AskedTasks = Omit<PlacementRequest, "requestId" | "count" | "strategies" | "onHosts" | "cause">;

/** Tasks of a definition as placement is asked for them. Throws for whatever could not run as it is said: InvalidParameterException, ClientException, NotBuiltError. */
export const askedTasks = (
  starting: Starting,
  definition: TaskDefinitionRevision,
  cluster: ClusterRecord,
  limits: EcsLimits,
): AskedTasks => {
  const { overrides = {}, startedBy, network, terms = [] } = starting;
  refuseUnbuiltMembers(definition.members, overrides);
  const members = withOverrides(definition.members, overrides);
  enforceLimits(members, limits);
  const group = starting.group ?? TERM.family(definition.family);
  return {
    cluster: clusterId(cluster, cluster.name),
    spec: asTaskSpec(definition, members, cluster),
    group,
    terms: [
      TERM.family(definition.family),
      TERM.taskDefinition(arnOf(definition)),
      TERM.launchType("EC2"),
      TERM.group(group),
      ...(startedBy ? [TERM.startedBy(startedBy)] : []),
      ...terms,
    ],
    constraints: constraintsOf(members),
    ...(network && { zones: zonesOf(network), notes: notesOnNetwork(network) }),
    requiredAttributes: requiredAttributes(members).map(({ name = "", value }) => ({
      name,
      ...(value === undefined ? {} : { value }),
    })),
    details: asStoredDetails(detailsOfNewTask(definition, members, overrides, starting)),
  };
};

const detailsOfNewTask = (
  definition: TaskDefinitionRevision,
  members: TaskDefinitionMembers,
  overrides: TaskOverride,
  { tags, startedBy, network }: Starting,
): TaskDetails => ({
  taskDefinitionArn: arnOf(definition),
  overrides,
  tags,
  launchType: "EC2",
  ...(startedBy ? { startedBy } : {}),
  ...(network && { network }),
  ...(members.cpu === undefined ? {} : { cpu: members.cpu }),
  ...(members.memory === undefined ? {} : { memory: members.memory }),
  containerCpu: containerCpuOf(members),
});

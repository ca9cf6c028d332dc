import type { RunTaskRequest, StartTaskRequest, TaskOverride } from "@aws-sdk/client-ecs";
import { clusterId, type PlacementRequest } from "../../fleet/index.ts";
import { fargateDetails, storageOf, validateFargate, withoutStorage } from "./fargate.ts";
import { type EcsLimits, enforceLimits } from "./limits.ts";
import { type AskedNetwork, notesOnNetwork, zonesOf } from "./network-configuration.ts";
import { withOverrides } from "./overrides.ts";
import type { ClusterRecord, TaskDefinitionMembers, TaskDefinitionRevision } from "./records.ts";
import { refuseUnbuiltMembers } from "./refusals.ts";
import { requiredAttributes } from "./required-attributes.ts";
import { attributesOf, capacityMembers, ON_EC2, type StartOn, startTerms } from "./start-on.ts";
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
  /** EC2 where absent. */
  readonly on?: StartOn;
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
  const { overrides = {}, startedBy, network, terms = [], on = ON_EC2 } = starting;
  const fargate = on.launchType === "FARGATE";
  const asked = [definition.members, overrides] as const;
  refuseUnbuiltMembers(...(fargate ? withoutStorage(...asked) : asked));
  const members = withOverrides(definition.members, overrides);
  if (fargate) validateFargate({ ...members, ...storageOf(...asked) });
  enforceLimits(members, limits);
  const group = starting.group ?? TERM.family(definition.family);
  const home = clusterId(cluster, cluster.name);
  const spec = asTaskSpec(definition, members, cluster, on.launchType);
  return {
    cluster: home,
    ...capacityMembers(on, home),
    spec: fargate ? { ...spec, usesImageCache: false } : spec,
    group,
    terms: [
      TERM.family(definition.family),
      TERM.taskDefinition(arnOf(definition)),
      ...startTerms(on),
      TERM.group(group),
      ...(startedBy ? [TERM.startedBy(startedBy)] : []),
      ...terms,
    ],
    constraints: constraintsOf(members),
    ...(network && { zones: zonesOf(network), notes: notesOnNetwork(network) }),
    requiredAttributes: [
      ...requiredAttributes(members).map(({ name = "", value }) => ({
        name,
        ...(value === undefined ? {} : { value }),
      })),
      ...attributesOf(on),
    ],
    details: asStoredDetails({
      ...detailsOfNewTask(definition, members, overrides, starting),
      launchType: on.launchType,
      ...(on.capacityProvider !== undefined && { capacityProviderName: on.capacityProvider }),
      ...(fargate && { fargate: fargateDetails(...asked) }),
    }),
  };
};

const detailsOfNewTask = (
  definition: TaskDefinitionRevision,
  members: TaskDefinitionMembers,
  overrides: TaskOverride,
  { tags, startedBy, network }: Starting,
): Omit<TaskDetails, "launchType"> => ({
  taskDefinitionArn: arnOf(definition),
  overrides,
  tags,
  ...(startedBy ? { startedBy } : {}),
  ...(network && { network }),
  ...(members.cpu === undefined ? {} : { cpu: members.cpu }),
  ...(members.memory === undefined ? {} : { memory: members.memory }),
  containerCpu: containerCpuOf(members),
});

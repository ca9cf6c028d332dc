import type { Failure, RunTaskRequest, StartTaskRequest, TaskOverride } from "@aws-sdk/client-ecs";
import {
  clusterId,
  failuresOf,
  type HostView,
  type PlacementCause,
  type PlacementRequest,
  type Task,
} from "../../fleet/index.ts";
import { fingerprintOf } from "../../kernel/fingerprint.ts";
import type { Caller } from "../../kernel/operation.ts";
import { ClientException, ConflictException, InvalidParameterException } from "../model/errors.ts";
import { containerInstanceArn } from "../model/identifiers.ts";
import { enforceLimits } from "../model/limits.ts";
import { withOverrides } from "../model/overrides.ts";
import { readConstraints, readStrategies } from "../model/placement-input.ts";
import type { ClusterRecord, TaskDefinitionMembers, TaskDefinitionRevision } from "../model/records.ts";
import { refuseUnbuiltMembers } from "../model/refusals.ts";
import { requiredAttributes } from "../model/required-attributes.ts";
import { checkRunTask, checkStartTask, tagsOfNewTask } from "../model/run-request.ts";
import { arnOf } from "../model/store-keys.ts";
import { supportsLaunchType } from "../model/task-definition.ts";
import { asStoredDetails, containerCpuOf, type TaskDetails, TERM } from "../model/task-details.ts";
import { asTaskSpec, constraintsOf } from "../model/translate-task.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { asEcsTask } from "./as-ecs-task.ts";
import { findCluster } from "./find-cluster.ts";
import { findHosts, missing } from "./find-hosts.ts";
import { lookUpTaskDefinition } from "./find-task-definition.ts";
import { hostsOf } from "./tasks.ts";

/** How long a clientToken means the same tasks. */
const TOKEN_KEPT_SECONDS = 24 * 60 * 60;

type Starting = Pick<
  RunTaskRequest & StartTaskRequest,
  "enableECSManagedTags" | "group" | "networkConfiguration" | "overrides" | "propagateTags" | "startedBy" | "tags"
>;

/** RunTask, which lets the scheduler choose, and StartTask, which names the container instances. */
export const startTaskOperations = (deps: EcsDeps): EcsOperations<"RunTask" | "StartTask"> => {
  const { fleet } = deps;
  return {
    async RunTask(request, caller) {
      const count = checkRunTask(request);
      const { clientToken, ...parameters } = request;
      const cluster = await findCluster(deps, request.cluster, caller);
      const definition = await runnableDefinition(deps, request.taskDefinition, caller);
      const asked = askedTasks(deps, request, definition, cluster, caller);
      const { tasks, failures } = await place(
        {
          ...asked,
          count,
          constraints: readConstraints(asked.constraints, request.placementConstraints),
          strategies: readStrategies(request.placementStrategy),
          ...(clientToken === undefined ? {} : { cause: causeOf(cluster, clientToken, parameters) }),
        },
        cluster,
      );
      return { tasks, failures };
    },

    async StartTask(request, caller) {
      checkStartTask(request);
      const cluster = await findCluster(deps, request.cluster, caller);
      const definition = await runnableDefinition(deps, request.taskDefinition, caller);
      const asked = askedTasks(deps, request, definition, cluster, caller);
      const found = await findHosts(fleet, cluster, caller, request.containerInstances);
      const onHosts = found.flatMap(({ host }) => (host ? [host.id] : []));
      if (onHosts.length === 0) return { tasks: [], failures: missing(found) };
      const { tasks, failures } = await place(
        // Whoever names the instance has decided: only what a host cannot give is looked at.
        { ...asked, count: onHosts.length, onHosts, constraints: [], strategies: [] },
        cluster,
      );
      return { tasks, failures: [...missing(found), ...failures] };
    },
  };

  async function place(request: PlacementRequest, cluster: ClusterRecord) {
    const answer = await fleet.place(request);
    if (answer.type === "conflict")
      throw new ConflictException("The provided clientToken is already in use with a different RunTask request.");
    const { tasks, refused } = answer;
    if (refused.length > 0 && refused.every(({ hosts }) => hosts.length === 0))
      throw new InvalidParameterException("No Container Instances were found in your cluster.");
    const hosts = await hostsOf(fleet, cluster);
    return {
      tasks: tasks.map((task) => asEcsTask(task, hosts.get(task.host), ["TAGS"])),
      failures: failuresIn(refused),
    };

    function failuresIn(explanations: typeof refused): Failure[] {
      const failures = explanations.flatMap(failuresOf).map(({ host, reason, detail }) => ({
        arn: instanceArn(hosts.get(host), host, cluster),
        reason,
        detail,
      }));
      // Equal tasks are refused by a host in equal words: ECS says it once.
      return [...new Map(failures.map((failure) => [`${failure.arn} ${failure.reason}`, failure])).values()];
    }
  }
};

const instanceArn = (host: HostView | undefined, id: Task["host"], cluster: ClusterRecord): string =>
  containerInstanceArn(cluster, cluster.name, host?.instanceId ?? id);

const causeOf = ({ account, region, name }: ClusterRecord, token: string, parameters: object): PlacementCause => ({
  key: `run-task/${account}/${region}/${name}/${token}`,
  fingerprint: fingerprintOf(parameters),
  keepSeconds: TOKEN_KEPT_SECONDS,
});

/** The definition that a task is to be made of. Throws ClientException, and InvalidParameterException where it is not to be run. */
const runnableDefinition = async (deps: EcsDeps, text: string, caller: Caller): Promise<TaskDefinitionRevision> => {
  const definition = await lookUpTaskDefinition(deps, text, caller);
  if (!definition) throw new ClientException("TaskDefinition not found.");
  if (definition.status !== "ACTIVE") throw new InvalidParameterException("TaskDefinition is inactive");
  if (!supportsLaunchType(definition.members, "EC2"))
    throw new InvalidParameterException("Task definition does not support launch_type EC2.");
  return definition;
};

/** What placement is asked for, but for how many and where. Throws for whatever could not run as it was asked. */
const askedTasks = (
  { limits }: EcsDeps,
  request: Starting,
  definition: TaskDefinitionRevision,
  cluster: ClusterRecord,
  caller: Caller,
) => {
  const { overrides = {}, startedBy } = request;
  refuseUnbuiltMembers(definition.members, overrides);
  if (request.networkConfiguration)
    throw new InvalidParameterException(
      "Network Configuration is not valid for the given networkMode of this task definition.",
    );
  const members = withOverrides(definition.members, overrides);
  enforceLimits(members, limits);
  const group = request.group ?? TERM.family(definition.family);
  const tags = tagsOfNewTask(request, definition.tags, cluster.name);
  return {
    requestId: caller.requestId,
    cluster: clusterId(cluster, cluster.name),
    spec: asTaskSpec(definition, members, cluster),
    group,
    terms: [
      TERM.family(definition.family),
      TERM.taskDefinition(arnOf(definition)),
      TERM.launchType("EC2"),
      TERM.group(group),
      ...(startedBy ? [TERM.startedBy(startedBy)] : []),
    ],
    constraints: constraintsOf(members),
    requiredAttributes: requiredAttributes(members).map(({ name = "", value }) => ({
      name,
      ...(value === undefined ? {} : { value }),
    })),
    details: asStoredDetails(detailsOfNewTask(definition, members, overrides, tags, startedBy)),
  };
};

const detailsOfNewTask = (
  definition: TaskDefinitionRevision,
  members: TaskDefinitionMembers,
  overrides: TaskOverride,
  tags: TaskDetails["tags"],
  startedBy: string | undefined,
): TaskDetails => ({
  taskDefinitionArn: arnOf(definition),
  overrides,
  tags,
  launchType: "EC2",
  ...(startedBy ? { startedBy } : {}),
  ...(members.cpu === undefined ? {} : { cpu: members.cpu }),
  ...(members.memory === undefined ? {} : { memory: members.memory }),
  containerCpu: containerCpuOf(members),
});

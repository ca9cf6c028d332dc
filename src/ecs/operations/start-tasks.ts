import type { Task as EcsTask, Failure, RunTaskRequest, StartTaskRequest } from "@aws-sdk/client-ecs";
import {
  FARGATE,
  failuresOf,
  type HostView,
  type PlacementCause,
  type PlacementExplanation,
  type PlacementRequest,
  summarise,
  type Task,
} from "../../fleet/index.ts";
import { fingerprintOf } from "../../kernel/fingerprint.ts";
import type { Caller } from "../../kernel/operation.ts";
import { askedTasks } from "../model/asked-tasks.ts";
import { capacityOf } from "../model/capacity.ts";
import { ClientException, ConflictException, InvalidParameterException } from "../model/errors.ts";
import { checkPlatformVersion } from "../model/fargate.ts";
import { containerInstanceArn } from "../model/identifiers.ts";
import { readNetworkConfiguration } from "../model/network-configuration.ts";
import { readConstraints, readStrategies } from "../model/placement-input.ts";
import type { ClusterRecord, TaskDefinitionRevision } from "../model/records.ts";
import { checkFargatePlacement, checkRunTask, checkStartTask, tagsOfNewTask } from "../model/run-request.ts";
import { NO_CAPACITY } from "../model/service/refusal-words.ts";
import { ON_EC2, type StartOn } from "../model/start-on.ts";
import { supportsLaunchType } from "../model/task-definition.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { refuseForeignArchitecture, startsFor, zonesFor } from "../starts-for.ts";
import { asEcsTask } from "./as-ecs-task.ts";
import { findCluster } from "./find-cluster.ts";
import { findHosts, missing } from "./find-hosts.ts";
import { lookUpTaskDefinition } from "./find-task-definition.ts";
import { hostsOf } from "./tasks.ts";

/** How long a clientToken means the same tasks. */
const TOKEN_KEPT_SECONDS = 24 * 60 * 60;

type StartRequest = Omit<RunTaskRequest, "count"> | StartTaskRequest;

/** RunTask, which lets the scheduler choose, and StartTask, which names the container instances. */
export const startTaskOperations = (deps: EcsDeps): EcsOperations<"RunTask" | "StartTask"> => {
  const { fleet } = deps;
  return {
    async RunTask(request, caller) {
      const count = checkRunTask(request);
      const { clientToken, ...parameters } = request;
      const cluster = await findCluster(deps, request.cluster, caller);
      const starts = await startsFor(deps, capacityOf(request, cluster), count, caller);
      const asking = starts.map(async ({ count, on }): Promise<PlacementRequest> => {
        checkPlatformVersion(request.platformVersion, on.launchType);
        if (on.launchType === "FARGATE") checkFargatePlacement(request);
        const definition = await runnableDefinition(deps, request.taskDefinition, caller, on);
        const asked = await asksOf(request, definition, cluster, on);
        return {
          ...asked,
          requestId: caller.requestId,
          count,
          constraints: readConstraints(asked.constraints, request.placementConstraints),
          strategies: readStrategies(request.placementStrategy),
          ...(clientToken === undefined ? {} : { cause: causeOf(cluster, clientToken, parameters, on) }),
        };
      });
      const tasks: EcsTask[] = [];
      const failures: Failure[] = [];
      // All are checked before the first is placed.
      for (const asked of await Promise.all(asking)) {
        const answer = await place(asked, cluster);
        tasks.push(...answer.tasks);
        failures.push(...answer.failures);
      }
      return { tasks, failures };
    },

    async StartTask(request, caller) {
      checkStartTask(request);
      const cluster = await findCluster(deps, request.cluster, caller);
      const definition = await runnableDefinition(deps, request.taskDefinition, caller);
      const asked = { requestId: caller.requestId, ...(await asksOf(request, definition, cluster)) };
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

  async function asksOf(
    request: StartRequest,
    definition: TaskDefinitionRevision,
    cluster: ClusterRecord,
    on: StartOn = ON_EC2,
  ) {
    const { networkMode } = definition.members;
    const { launchType } = on;
    if (launchType === "FARGATE") await refuseForeignArchitecture(fleet, definition);
    const zones = await zonesFor(fleet, cluster, definition, launchType);
    const network = readNetworkConfiguration(request.networkConfiguration, { networkMode, launchType, zones });
    const tags = tagsOfNewTask(request, definition.tags, cluster.name);
    return askedTasks({ ...request, tags, network, on }, definition, cluster, deps.limits);
  }

  async function place(request: PlacementRequest, cluster: ClusterRecord) {
    const answer = await fleet.place(request);
    if (answer.type === "conflict")
      throw new ConflictException("The provided clientToken is already in use with a different RunTask request.");
    const { tasks, refused } = answer;
    if (request.line === undefined && refused.length > 0 && refused.every(({ hosts }) => hosts.length === 0))
      throw new InvalidParameterException("No Container Instances were found in your cluster.");
    const hosts = await hostsOf(fleet, cluster);
    return {
      tasks: tasks.map((task) => asEcsTask(task, hosts.get(task.host), ["TAGS"])),
      failures: request.capacity === FARGATE ? refused.map(noCapacity) : failuresIn(refused),
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

/** Fargate shows no hosts: its words, and in detail what those lack that there are. */
const noCapacity = (explanation: PlacementExplanation): Failure => ({
  reason: NO_CAPACITY,
  detail: summarise(explanation),
});

const instanceArn = (host: HostView | undefined, id: Task["host"], cluster: ClusterRecord): string =>
  containerInstanceArn(cluster, cluster.name, host?.instanceId ?? id);

const causeOf = (
  { account, region, name }: ClusterRecord,
  token: string,
  parameters: object,
  { capacityProvider }: StartOn,
): PlacementCause => ({
  // Tasks of different providers are placed one after another.
  key: `run-task/${account}/${region}/${name}/${token}${capacityProvider === undefined ? "" : ` ${capacityProvider}`}`,
  fingerprint: fingerprintOf(parameters),
  keepSeconds: TOKEN_KEPT_SECONDS,
});

/** The definition that a task is to be made of. Throws ClientException, and InvalidParameterException where it is not to be run. */
const runnableDefinition = async (
  deps: EcsDeps,
  text: string,
  caller: Caller,
  { launchType }: StartOn = ON_EC2,
): Promise<TaskDefinitionRevision> => {
  const definition = await lookUpTaskDefinition(deps, text, caller);
  if (!definition) throw new ClientException("TaskDefinition not found.");
  if (definition.status !== "ACTIVE") throw new InvalidParameterException("TaskDefinition is inactive");
  if (!supportsLaunchType(definition.members, launchType))
    throw new InvalidParameterException(`Task definition does not support launch_type ${launchType}.`);
  return definition;
};

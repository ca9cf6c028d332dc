import type { Failure, RunTaskRequest, StartTaskRequest } from "@aws-sdk/client-ecs";
import {
  failuresOf,
  type HostView,
  type PlacementCause,
  type PlacementRequest,
  type Task,
  zoneOf,
} from "../../fleet/index.ts";
import { NotBuiltError } from "../../kernel/errors.ts";
import { fingerprintOf } from "../../kernel/fingerprint.ts";
import type { Caller } from "../../kernel/operation.ts";
import { askedTasks } from "../model/asked-tasks.ts";
import { capacityOf } from "../model/capacity.ts";
import { ClientException, ConflictException, InvalidParameterException } from "../model/errors.ts";
import { containerInstanceArn } from "../model/identifiers.ts";
import { readNetworkConfiguration } from "../model/network-configuration.ts";
import { readConstraints, readStrategies } from "../model/placement-input.ts";
import type { ClusterRecord, TaskDefinitionRevision } from "../model/records.ts";
import { checkRunTask, checkStartTask, tagsOfNewTask } from "../model/run-request.ts";
import { supportsLaunchType } from "../model/task-definition.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
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
      // A cluster's default strategy counts where the request names nothing.
      if ("strategy" in capacityOf(request, cluster))
        throw new NotBuiltError("A capacity provider strategy of RunTask");
      const definition = await runnableDefinition(deps, request.taskDefinition, caller);
      const asked = { requestId: caller.requestId, ...(await asksOf(request, definition, cluster)) };
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

  async function asksOf(request: StartRequest, definition: TaskDefinitionRevision, cluster: ClusterRecord) {
    const { networkMode } = definition.members;
    const hosts = networkMode === "awsvpc" ? await hostsOf(fleet, cluster) : new Map<HostView["id"], HostView>();
    const zones = [...hosts.values()].map(zoneOf);
    const network = readNetworkConfiguration(request.networkConfiguration, { networkMode, launchType: "EC2", zones });
    const tags = tagsOfNewTask(request, definition.tags, cluster.name);
    return askedTasks({ ...request, tags, network }, definition, cluster, deps.limits);
  }

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

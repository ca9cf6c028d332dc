import type { CreateServiceRequest, UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { clusterId } from "../../../fleet/index.ts";
import { NotBuiltError } from "../../../kernel/errors.ts";
import type { Scope } from "../../../kernel/scope.ts";
import { askedTasks } from "../../model/asked-tasks.ts";
import { capacityOf } from "../../model/capacity.ts";
import { ClientException, InvalidParameterException } from "../../model/errors.ts";
import { readNetworkConfiguration } from "../../model/network-configuration.ts";
import { readConstraints } from "../../model/placement-input.ts";
import type { ClusterRecord, TaskDefinitionRevision } from "../../model/records.ts";
import type { RevisionMembers } from "../../model/service/make-service.ts";
import { arnOf } from "../../model/store-keys.ts";
import { supportsLaunchType } from "../../model/task-definition.ts";
import type { EcsDeps } from "../../ports.ts";
import { lookUpTaskDefinition } from "../find-task-definition.ts";

type Asked = Pick<
  CreateServiceRequest & UpdateServiceRequest,
  | "capacityProviderStrategy"
  | "launchType"
  | "networkConfiguration"
  | "placementConstraints"
  | "platformVersion"
  | "taskDefinition"
>;

/**
 * What a service is asked to run, over what it ran before, as far as it could be started: definition, capacity, network. Throws ClientException,
 * InvalidParameterException and NotBuiltError for what no task of it could be.
 */
export const revisionOf = async (
  deps: EcsDeps,
  request: Asked,
  cluster: ClusterRecord,
  scope: Scope,
  before?: RevisionMembers,
): Promise<RevisionMembers> => {
  const text = request.taskDefinition ?? before?.taskDefinition;
  if (!text) throw new InvalidParameterException("TaskDefinition can not be blank.");
  const definition = await definitionOf(deps, text, scope, before);
  const { launchType = before?.launchType, networkConfiguration = before?.networkConfiguration } = request;
  const capacity = capacityOf({ ...request, launchType }, cluster);
  if ("strategy" in capacity) throw new NotBuiltError("A capacity provider strategy of a service");
  if (capacity.launchType !== "EC2") throw new NotBuiltError(`Launch type ${capacity.launchType} of a service`);
  if (!supportsLaunchType(definition.members, capacity.launchType))
    throw new InvalidParameterException(`Task definition does not support launch_type ${capacity.launchType}.`);
  if (request.platformVersion)
    throw new InvalidParameterException("The platform version must be null when specifying an EC2 launch type.");
  const hosts = await deps.fleet.hosts(clusterId(cluster, cluster.name));
  const zones = hosts.flatMap(({ attributes }) => attributes["ecs.availability-zone"] ?? []);
  const { networkMode } = definition.members;
  const network = readNetworkConfiguration(networkConfiguration, { networkMode, zones, ...capacity });
  // What could never be started is refused now, and not by every start.
  const { constraints } = askedTasks({ tags: {}, network }, definition, cluster, deps.limits);
  readConstraints(constraints, request.placementConstraints);
  return {
    taskDefinition: arnOf(definition),
    launchType: capacity.launchType,
    ...(networkConfiguration && { networkConfiguration }),
  };
};

/** One that a service runs already may be INACTIVE by now: it goes on. */
const definitionOf = async (
  deps: EcsDeps,
  text: string,
  scope: Scope,
  before: RevisionMembers | undefined,
): Promise<TaskDefinitionRevision> => {
  const definition = await lookUpTaskDefinition(deps, text, scope);
  if (!definition) throw new ClientException("TaskDefinition not found.");
  if (definition.status !== "ACTIVE" && arnOf(definition) !== before?.taskDefinition)
    throw new ClientException("TaskDefinition is inactive");
  return definition;
};

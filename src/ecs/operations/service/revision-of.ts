import type { CreateServiceRequest, UpdateServiceRequest } from "@aws-sdk/client-ecs";
import type { Scope } from "../../../kernel/scope.ts";
import { askedTasks } from "../../model/asked-tasks.ts";
import { launchTypeOf } from "../../model/capacity.ts";
import { ClientException, InvalidParameterException } from "../../model/errors.ts";
import { checkPlatformVersion, LATEST_PLATFORM } from "../../model/fargate.ts";
import { readNetworkConfiguration } from "../../model/network-configuration.ts";
import { readConstraints } from "../../model/placement-input.ts";
import type { ClusterRecord, TaskDefinitionRevision } from "../../model/records.ts";
import type { RevisionMembers } from "../../model/service/make-service.ts";
import { capacityOfService } from "../../model/service/runs-on.ts";
import { arnOf } from "../../model/store-keys.ts";
import { supportsLaunchType } from "../../model/task-definition.ts";
import type { EcsDeps } from "../../ports.ts";
import { refuseForeignArchitecture, zonesFor } from "../../starts-for.ts";
import { lookUpTaskDefinition } from "../find-task-definition.ts";

type Asked = Pick<
  CreateServiceRequest & UpdateServiceRequest,
  | "capacityProviderStrategy"
  | "forceNewDeployment"
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
  const { networkConfiguration = before?.networkConfiguration } = request;
  const capacity = capacityOfService(request, cluster, before);
  const launchType = launchTypeOf(capacity);
  if (!supportsLaunchType(definition.members, launchType))
    throw new InvalidParameterException(`Task definition does not support launch_type ${launchType}.`);
  checkPlatformVersion(request.platformVersion, launchType);
  if (launchType === "FARGATE") await refuseForeignArchitecture(deps.fleet, definition);
  const zones = await zonesFor(deps.fleet, cluster, definition, launchType);
  const { networkMode } = definition.members;
  const network = readNetworkConfiguration(networkConfiguration, { networkMode, zones, launchType });
  // What could never be started is refused now, and not by every start.
  const { constraints } = askedTasks({ tags: {}, network, on: { launchType } }, definition, cluster, deps.limits);
  readConstraints(constraints, request.placementConstraints);
  return {
    taskDefinition: arnOf(definition),
    ...("strategy" in capacity ? { capacityProviderStrategy: capacity.strategy } : capacity),
    ...(launchType === "FARGATE" && {
      platformVersion: request.platformVersion || before?.platformVersion || LATEST_PLATFORM,
    }),
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

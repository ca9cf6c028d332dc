import type { RunTaskRequest, StartTaskRequest } from "@aws-sdk/client-ecs";
import { NotBuiltError } from "../../kernel/errors.ts";
import { InvalidParameterException } from "./errors.ts";
import { readTags, type Tags } from "./tags.ts";

const MAX_COUNT = 10;

/** What RunTask and StartTask have in common, as far as it is checked alike. */
type StartingRequest = Pick<
  RunTaskRequest & StartTaskRequest,
  "enableExecuteCommand" | "group" | "propagateTags" | "referenceId" | "startedBy" | "volumeConfigurations"
>;

/** Fargate chooses by itself where tasks run. Throws InvalidParameterException. */
export const checkFargatePlacement = ({
  placementConstraints = [],
  placementStrategy = [],
}: Pick<RunTaskRequest, "placementConstraints" | "placementStrategy">): void => {
  if (placementConstraints.length > 0)
    throw new InvalidParameterException("Placement constraints are not supported with FARGATE launch type.");
  if (placementStrategy.length > 0)
    throw new InvalidParameterException("Placement strategies are not supported with FARGATE launch type.");
};

/** Checks a RunTask's own parameters; returns how many tasks are asked for. Throws InvalidParameterException and NotBuiltError. */
export const checkRunTask = (request: RunTaskRequest): number => {
  const { count = 1, clientToken } = request;
  if (count < 1 || count > MAX_COUNT)
    throw new InvalidParameterException(`Count must be between 1 and ${MAX_COUNT}, but was ${count}.`);
  if (clientToken !== undefined && !/^[\x21-\x7e]{1,64}$/.test(clientToken))
    throw new InvalidParameterException("clientToken must be 1 to 64 characters in the range of 33 to 126.");
  checkStarting(request);
  return count;
};

/** Checks a StartTask's own parameters. Throws InvalidParameterException and NotBuiltError. */
export const checkStartTask = (request: StartTaskRequest): void => {
  const { containerInstances = [] } = request;
  if (!containerInstances?.length) throw new InvalidParameterException("Container Instances cannot be empty.");
  if (containerInstances.length > MAX_COUNT)
    throw new InvalidParameterException(
      `At most ${MAX_COUNT} container instances can be given, but there were ${containerInstances.length}.`,
    );
  checkStarting(request);
};

/** What runs a program in any running task, without having been asked for at its start. */
export const BERTH_EXEC = "`berth exec TASK -- COMMAND`";

const checkStarting = (request: StartingRequest): void => {
  const {
    enableExecuteCommand,
    group,
    propagateTags,
    referenceId = "",
    startedBy,
    volumeConfigurations = [],
  } = request;
  if (enableExecuteCommand) throw new NotBuiltError("ECS Exec, which 'enableExecuteCommand' asks for,", BERTH_EXEC);
  if (volumeConfigurations.length > 0) throw new NotBuiltError("'volumeConfigurations', volumes of EBS,");
  if (propagateTags === "SERVICE")
    throw new InvalidParameterException("The value SERVICE for propagateTags is not supported when running a task.");
  if (startedBy !== undefined && !/^[A-Za-z0-9_/-]{0,128}$/.test(startedBy))
    throw new InvalidParameterException("startedBy has up to 128 letters, numbers, hyphens, slashes and underscores.");
  if (referenceId.length > 1024) throw new InvalidParameterException("referenceId has up to 1024 characters.");
  if (group !== undefined && (group === "" || group.length > 255))
    throw new InvalidParameterException("A task group has 1 to 255 characters.");
  if (group?.startsWith("service:"))
    throw new InvalidParameterException("A task group cannot begin with 'service:' when running a task.");
};

/** Tags of a new task: the definition's where they propagate, then its own, then ECS's. Throws InvalidParameterException. */
export const tagsOfNewTask = (
  {
    tags,
    propagateTags,
    enableECSManagedTags,
  }: Pick<RunTaskRequest, "tags" | "propagateTags" | "enableECSManagedTags">,
  definition: Tags,
  cluster: string,
): Tags => {
  const propagated = propagateTags === "TASK_DEFINITION" ? definition : {};
  const own = readTags(tags, propagated);
  return { ...propagated, ...own, ...(enableECSManagedTags ? { "aws:ecs:clusterName": cluster } : {}) };
};

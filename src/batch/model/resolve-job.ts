import type { ContainerProperties, JobDependency as SdkDependency, SubmitJobRequest } from "@aws-sdk/client-batch";
import { overrideContainer } from "./container-overrides.ts";
import type { JobId } from "./ids.ts";
import type { JobContainer, JobDependency, JobSubmission } from "./job.ts";
import type { JobDefinitionMembers } from "./job-definition.ts";
import { substitute } from "./parameters.ts";
import { sizeOf } from "./resource-requirements.ts";
import { readRetryStrategy, readTimeout } from "./validate-attempts.ts";

type Resolved = Pick<
  JobSubmission,
  | "container"
  | "parameters"
  | "retry"
  | "timeoutSeconds"
  | "dependsOn"
  | "arraySize"
  | "schedulingPriority"
  | "propagateTags"
>;

/**
 * What a job is, of its definition and what its submission says over it; the definition is not needed again.
 * `leastSeconds` is the least that a timeout may be. Throws ClientException.
 */
export const resolveJob = (
  definition: JobDefinitionMembers,
  request: SubmitJobRequest,
  leastSeconds: number,
): Resolved => {
  const parameters = { ...definition.parameters, ...request.parameters };
  const container = overrideContainer(definition.containerProperties ?? {}, request.containerOverrides);
  const retry = readRetryStrategy({ attempts: 1, ...(request.retryStrategy ?? definition.retryStrategy) });
  const { attemptDurationSeconds } = readTimeout(request.timeout ?? definition.timeout ?? {}, leastSeconds);
  return {
    container: asJobContainer(container, parameters),
    parameters,
    retry: {
      attempts: retry.attempts ?? 1,
      evaluateOnExit: (retry.evaluateOnExit ?? []).map(({ action, ...patterns }) => ({
        ...(patterns.onStatusReason && { onStatusReason: patterns.onStatusReason }),
        ...(patterns.onReason && { onReason: patterns.onReason }),
        ...(patterns.onExitCode && { onExitCode: patterns.onExitCode }),
        action: action ?? "RETRY",
      })),
    },
    ...(attemptDurationSeconds !== undefined && { timeoutSeconds: attemptDurationSeconds }),
    dependsOn: (request.dependsOn ?? []).map(asDependency),
    ...(request.arrayProperties?.size !== undefined && { arraySize: request.arrayProperties.size }),
    schedulingPriority: request.schedulingPriorityOverride ?? definition.schedulingPriority ?? 0,
    propagateTags: request.propagateTags ?? definition.propagateTags ?? false,
  };
};

/** The members in one order, so that equal jobs are equal texts. */
const asJobContainer = (container: ContainerProperties, parameters: Readonly<Record<string, string>>): JobContainer => {
  const { vcpus, memoryMiB } = sizeOf(container);
  const { user, privileged, readonlyRootFilesystem, linuxParameters, logConfiguration, executionRoleArn } = container;
  const { secrets, repositoryCredentials } = container;
  return {
    image: container.image ?? "",
    command: substitute(container.command ?? [], parameters),
    environment: (container.environment ?? []).map(({ name = "", value = "" }) => ({ name, value })),
    vcpus,
    memoryMiB,
    ...(user && { user }),
    ...(privileged !== undefined && { privileged }),
    ...(readonlyRootFilesystem !== undefined && { readonlyRootFilesystem }),
    ...(container.ulimits?.length && { ulimits: container.ulimits }),
    ...(container.volumes?.length && { volumes: container.volumes }),
    ...(container.mountPoints?.length && { mountPoints: container.mountPoints }),
    ...(linuxParameters && { linuxParameters }),
    ...(logConfiguration && { logConfiguration }),
    ...(container.jobRoleArn && { jobRoleArn: container.jobRoleArn }),
    ...(executionRoleArn && { executionRoleArn }),
    ...(secrets?.length && { secrets }),
    ...(repositoryCredentials && { repositoryCredentials }),
  };
};

const asDependency = ({ jobId = "", type }: SdkDependency): JobDependency => {
  if (type === "SEQUENTIAL") return { type };
  return { type: type ?? "job", job: jobId as JobId };
};

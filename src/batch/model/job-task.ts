import { asTaskSpec, type JobTaskMembers } from "../../ecs/index.ts";
import type { TaskSpec } from "../../fleet/index.ts";
import type { Scope } from "../../kernel/scope.ts";
import { childParts, type EnvironmentId, type JobId, type QueueId, scopedName } from "./ids.ts";
import type { JobContainer } from "./job.ts";
import { JOB_CONTAINER, jobLogging } from "./log-stream.ts";
import type { RetryStrategy } from "./retry-strategy.ts";

/** CPU units of one vCPU. */
const UNITS = 1024;

/** What a job runs, as a task definition of ECS: that is what Batch makes of it. */
const asTaskDefinition = (container: JobContainer, region: string): JobTaskMembers => {
  const { image, command, environment, vcpus, memoryMiB, volumes, mountPoints, ulimits, linuxParameters } = container;
  const logConfiguration = jobLogging(container, region);
  const size = container.siblings;
  return {
    ...(container.jobRoleArn && { taskRoleArn: container.jobRoleArn }),
    ...(volumes && { volumes }),
    containerDefinitions: [
      {
        name: JOB_CONTAINER,
        image,
        command: [...command],
        environment: [
          ...environment,
          ...(size === undefined ? [] : [{ name: "AWS_BATCH_JOB_ARRAY_SIZE", value: String(size) }]),
        ],
        cpu: vcpus * UNITS,
        memory: memoryMiB,
        essential: true,
        ...(container.user !== undefined && { user: container.user }),
        ...(container.privileged !== undefined && { privileged: container.privileged }),
        ...(container.readonlyRootFilesystem !== undefined && {
          readonlyRootFilesystem: container.readonlyRootFilesystem,
        }),
        ...(mountPoints && { mountPoints }),
        ...(container.secrets && { secrets: container.secrets }),
        ...(container.repositoryCredentials && { repositoryCredentials: container.repositoryCredentials }),
        ...(logConfiguration && { logConfiguration }),
        ...(ulimits && {
          ulimits: ulimits.map(({ name, softLimit, hardLimit }) => ({ name: name as "nofile", softLimit, hardLimit })),
        }),
        ...(linuxParameters && { linuxParameters: linuxParametersOf(linuxParameters) }),
      },
    ],
  };
};

type EcsLinuxParameters = NonNullable<JobTaskMembers["containerDefinitions"]>[number]["linuxParameters"];

/** Both services mean the same by them; permissions are texts here and there. */
const linuxParametersOf = ({ devices, ...rest }: NonNullable<JobContainer["linuxParameters"]>): EcsLinuxParameters => ({
  ...rest,
  ...(devices && {
    devices: devices.map(({ permissions, ...device }) => ({
      ...device,
      ...(permissions && { permissions: permissions.map((one) => one.toLowerCase() as "read") }),
    })),
  }),
});

/** The same for every attempt of equal jobs. `scope` is where the job is, `cluster` whose hosts it runs on. */
export const asJobSpec = (container: JobContainer, scope: Scope, cluster: string): TaskSpec =>
  asTaskSpec({ family: "batch", revision: 1 }, asTaskDefinition(container, scope.region), { ...scope, name: cluster });

/** What an attempt sees of itself beside the job's own variables. */
export const attemptEnvironment = (attempt: {
  readonly id: JobId;
  readonly attempt: number;
  readonly queue: QueueId;
  readonly environment: EnvironmentId;
}): Readonly<Record<string, string>> => {
  const child = childParts(attempt.id);
  return {
    AWS_BATCH_JOB_ID: attempt.id,
    AWS_BATCH_JOB_ATTEMPT: String(attempt.attempt),
    AWS_BATCH_JQ_NAME: scopedName(attempt.queue).name,
    AWS_BATCH_CE_NAME: scopedName(attempt.environment).name,
    ...(child && { AWS_BATCH_JOB_ARRAY_INDEX: String(child.index) }),
  };
};

export const withEnvironment = (spec: TaskSpec, more: Readonly<Record<string, string>>): TaskSpec => ({
  ...spec,
  containers: spec.containers.map((one) => ({ ...one, environment: { ...one.environment, ...more } })),
});

/** What Batch keeps with a task: enough to judge its end without reading the job. */
export interface AttemptDetails {
  readonly job: JobId;
  readonly jobAttempt: number;
  readonly environment: EnvironmentId;
  readonly retry: RetryStrategy;
}

/** The group of Batch's tasks: entries of the feed tell it, and with it that they are Batch's. */
export const BATCH_GROUP = "batch";

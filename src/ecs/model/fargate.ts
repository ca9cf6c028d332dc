import type { CPUArchitecture, RegisterTaskDefinitionRequest, TaskOverride } from "@aws-sdk/client-ecs";
import { ClientException, InvalidParameterException, PlatformUnknownException } from "./errors.ts";
import { taskCpuUnits, taskMemoryMiB } from "./quantities.ts";
import type { TaskDefinitionMembers } from "./records.ts";

/** What is kept of a task on Fargate beside its size. */
export interface FargateDetails {
  /** GiB. It is shown and charged; nothing holds a task to it. */
  readonly ephemeralStorageGiB: number;
  readonly architecture: CPUArchitecture;
}

/** GiB that every task has without asking. */
export const INCLUDED_STORAGE_GIB = 20;

/** The one platform version of Linux that Berth plays: what LATEST has meant for years. */
export const PLATFORM_VERSION = "1.4.0";

export const PLATFORM_FAMILY = "Linux";

/** What a service has asked for that says nothing. */
export const LATEST_PLATFORM = "LATEST";

/** Checks the platform version of RunTask or a service for a launch type. Throws InvalidParameterException and PlatformUnknownException. */
export const checkPlatformVersion = (version: string | undefined, launchType: "EC2" | "FARGATE"): void => {
  if (!version) return;
  if (launchType === "EC2")
    throw new InvalidParameterException("The platform version must be null when specifying an EC2 launch type.");
  if (version !== LATEST_PLATFORM && version !== PLATFORM_VERSION) throw new PlatformUnknownException();
};

/** The storage that a task asks for: its overrides before its definition. */
export const storageOf = (
  definition: TaskDefinitionMembers,
  overrides: TaskOverride,
): Pick<TaskDefinitionMembers, "ephemeralStorage"> => {
  const ephemeralStorage = overrides.ephemeralStorage ?? definition.ephemeralStorage;
  return ephemeralStorage ? { ephemeralStorage } : {};
};

/** Definition and overrides but for the storage, which only Fargate has. */
export const withoutStorage = (
  { ephemeralStorage: _, ...definition }: TaskDefinitionMembers,
  { ephemeralStorage: __, ...overrides }: TaskOverride,
): [TaskDefinitionMembers, TaskOverride] => [definition, overrides];

export const fargateDetails = (definition: TaskDefinitionMembers, overrides: TaskOverride): FargateDetails => ({
  ephemeralStorageGiB: storageOf(definition, overrides).ephemeralStorage?.sizeInGiB ?? INCLUDED_STORAGE_GIB,
  architecture: definition.runtimePlatform?.cpuArchitecture ?? "X86_64",
});

const steps = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/** MiB that go with each number of CPU units. */
const FARGATE_MEMORY: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: steps(1024, 4096, 1024),
  1024: steps(2048, 8192, 1024),
  2048: steps(4096, 16_384, 1024),
  4096: steps(8192, 30_720, 1024),
  8192: steps(16_384, 61_440, 4096),
  16384: steps(32_768, 122_880, 8192),
};

/** Checks what a task definition that requires FARGATE, or is run there, must keep to. Throws ClientException. */
export const validateFargate = (definition: Omit<RegisterTaskDefinitionRequest, "tags" | "family">): void => {
  const {
    cpu,
    memory,
    networkMode,
    containerDefinitions: containers = [],
    volumes = [],
    placementConstraints = [],
  } = definition;
  if (networkMode !== "awsvpc") throw new ClientException("Fargate only supports network mode ‘awsvpc’.");
  if (cpu === undefined) throw new ClientException("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw new ClientException("Fargate requires that 'memory' be defined at the task level.");
  const [units, mib] = [taskCpuUnits(cpu), taskMemoryMiB(memory)];
  if (!FARGATE_MEMORY[units]?.includes(mib))
    throw new ClientException(
      `No Fargate configuration exists for given values: ${units} CPU, ${mib} memory. See the Amazon ECS documentation for the valid values.`,
    );
  if (containers.some((container) => container.privileged))
    throw new ClientException("Fargate does not support privileged containers.");
  if (volumes.some((volume) => volume.host?.sourcePath || volume.dockerVolumeConfiguration))
    throw new ClientException("Fargate does not support host source paths and Docker volumes.");
  if (placementConstraints.length > 0) throw new ClientException("Fargate does not support placement constraints.");
  const storage = definition.ephemeralStorage?.sizeInGiB;
  if (storage !== undefined && (storage < 21 || storage > 200))
    throw new ClientException("Ephemeral storage size must be between 21 and 200 GiB.");
};

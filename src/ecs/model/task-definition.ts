import type { Compatibility, ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { taskCpuUnits, taskMemoryMiB } from "./quantities.ts";
import type { TaskDefinitionMembers } from "./records.ts";
import { hostPortOf } from "./validate-ports.ts";

/**
 * A valid task definition as ECS keeps and answers it: every member given, the defaults that AWS fills in, and the task's
 * cpu and memory as numbers of units and MiB.
 */
export const withDefaults = ({
  tags: _,
  family: __,
  ...given
}: RegisterTaskDefinitionRequest): TaskDefinitionMembers => ({
  ...given,
  ...(given.cpu === undefined ? {} : { cpu: String(taskCpuUnits(given.cpu)) }),
  ...(given.memory === undefined ? {} : { memory: String(taskMemoryMiB(given.memory)) }),
  containerDefinitions: (given.containerDefinitions ?? []).map((container) => containerWithDefaults(container, given)),
  volumes: (given.volumes ?? []).map(withVolumeDefaults),
  placementConstraints: given.placementConstraints ?? [],
});

const containerWithDefaults = (
  container: ContainerDefinition,
  { networkMode = "bridge" }: Pick<RegisterTaskDefinitionRequest, "networkMode">,
): ContainerDefinition => ({
  ...container,
  cpu: container.cpu ?? 0,
  essential: container.essential ?? true,
  environment: container.environment ?? [],
  mountPoints: container.mountPoints ?? [],
  volumesFrom: container.volumesFrom ?? [],
  systemControls: container.systemControls ?? [],
  portMappings: (container.portMappings ?? []).map((mapping) => ({
    ...mapping,
    protocol: mapping.protocol ?? "tcp",
    ...(mapping.containerPortRange === undefined ? { hostPort: hostPortOf(mapping, networkMode) } : {}),
  })),
  ...(container.healthCheck
    ? {
        healthCheck: {
          ...container.healthCheck,
          interval: container.healthCheck.interval ?? 30,
          timeout: container.healthCheck.timeout ?? 5,
          retries: container.healthCheck.retries ?? 3,
        },
      }
    : {}),
});

/** A volume of which only the name was given is answered with an empty `host`, as AWS does. */
const withVolumeDefaults = (volume: NonNullable<RegisterTaskDefinitionRequest["volumes"]>[number]) =>
  Object.keys(volume).length === 1 ? { ...volume, host: {} } : volume;

/** Launch types whose rules a definition keeps to. */
export const compatibilitiesOf = ({
  networkMode,
  requiresCompatibilities = [],
  cpu,
  memory,
}: TaskDefinitionMembers): Compatibility[] => {
  if (networkMode !== "awsvpc") return ["EXTERNAL", "EC2"];
  return requiresCompatibilities.includes("FARGATE") || (cpu !== undefined && memory !== undefined)
    ? ["EC2", "FARGATE"]
    : ["EC2"];
};

/** Whether a definition may be run with a launch type: it is compatible, and does not ask for others only. */
export const supportsLaunchType = (members: TaskDefinitionMembers, launchType: Compatibility): boolean => {
  const { requiresCompatibilities = [] } = members;
  if (requiresCompatibilities.length > 0 && !requiresCompatibilities.includes(launchType)) return false;
  return compatibilitiesOf(members).includes(launchType);
};

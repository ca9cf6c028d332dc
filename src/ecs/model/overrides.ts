import type { ContainerDefinition, ContainerOverride, KeyValuePair, TaskOverride } from "@aws-sdk/client-ecs";
import { InvalidParameterException } from "./errors.ts";
import { taskCpuUnits, taskMemoryMiB } from "./quantities.ts";
import type { TaskDefinitionMembers } from "./records.ts";
import { validateContainer } from "./validate-container.ts";
import { validateRole } from "./validate-role.ts";

/** ECS counts the JSON of the overrides. */
const MAX_CHARACTERS = 8192;

/**
 * The definition as a task runs it: a command replaces, environment variables are added or replace those of their name.
 * Throws InvalidParameterException for an override of no container, and for a container that is not valid with it.
 */
export const withOverrides = (
  definition: TaskDefinitionMembers,
  overrides: TaskOverride = {},
): TaskDefinitionMembers => {
  if (JSON.stringify(overrides).length > MAX_CHARACTERS)
    throw new InvalidParameterException(`Container Overrides length must be at most ${MAX_CHARACTERS}`);
  const { cpu = definition.cpu, memory = definition.memory, taskRoleArn, containerOverrides = [] } = overrides;
  const byName = overridesByName(definition, containerOverrides);
  const containers = (definition.containerDefinitions ?? []).map((container) =>
    withContainerOverride(container, byName.get(container.name ?? "")),
  );
  return asParameters(() => {
    if (taskRoleArn) validateRole(taskRoleArn);
    for (const container of containers) validateContainer(container, memory !== undefined);
    return {
      ...definition,
      ...(cpu === undefined ? {} : { cpu: String(taskCpuUnits(cpu)) }),
      ...(memory === undefined ? {} : { memory: String(taskMemoryMiB(memory)) }),
      ...(taskRoleArn ? { taskRoleArn } : {}),
      containerDefinitions: containers,
    };
  });
};

/** What is wrong with a task definition is a ClientException; with overrides in it, it is the parameter that is not valid. */
const asParameters = <T>(check: () => T): T => {
  try {
    return check();
  } catch (error) {
    throw error instanceof Error ? new InvalidParameterException(error.message) : error;
  }
};

const overridesByName = (
  { containerDefinitions = [] }: TaskDefinitionMembers,
  overrides: readonly ContainerOverride[],
): ReadonlyMap<string, ContainerOverride> => {
  const byName = new Map<string, ContainerOverride>();
  for (const override of overrides) {
    const { name, ...members } = override;
    // AWS takes an empty override, and only then may the name be missing.
    if (!name && Object.keys(members).length === 0) continue;
    if (!name) throw new InvalidParameterException("Container override name should not be null or empty.");
    if (!(containerDefinitions ?? []).some((container) => container.name === name))
      throw new InvalidParameterException(
        `Override for container named ${name} is not a container in the TaskDefinition.`,
      );
    if (byName.has(name)) throw new InvalidParameterException(`Container ${name} is overridden more than once.`);
    byName.set(name, override);
  }
  return byName;
};

const withContainerOverride = (
  container: ContainerDefinition,
  override: ContainerOverride = {},
): ContainerDefinition => {
  const { command, cpu, memory, memoryReservation, environment = [], environmentFiles } = override;
  return {
    ...container,
    ...(command === undefined ? {} : { command }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(memoryReservation === undefined ? {} : { memoryReservation }),
    ...(environmentFiles === undefined ? {} : { environmentFiles }),
    environment: mergeEnvironment(container.environment ?? [], environment),
  };
};

/** Later variables of a name win. */
export const mergeEnvironment = (...lists: readonly (readonly KeyValuePair[])[]): KeyValuePair[] => {
  const merged = new Map<string, string>();
  for (const { name = "", value = "" } of lists.flat()) merged.set(name, value);
  return [...merged].map(([name, value]) => ({ name, value }));
};

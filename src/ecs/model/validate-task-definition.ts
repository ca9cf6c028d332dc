import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { ClientException } from "./errors.ts";
import { validateFargate } from "./fargate.ts";
import { isName } from "./identifiers.ts";
import { queryError } from "./placement-input.ts";
import { taskCpuUnits, taskMemoryMiB } from "./quantities.ts";
import { validateContainer } from "./validate-container.ts";
import { validateDependencies } from "./validate-dependencies.ts";
import { validatePorts } from "./validate-ports.ts";
import { validateRole } from "./validate-role.ts";
import { validateVolumes } from "./validate-volumes.ts";

/** ECS's quota of containers in one task definition. */
const MAX_CONTAINERS = 10;
const MAX_CONSTRAINTS = 10;
/** ECS's quota of a task definition's size. An engine that is asked to start a far longer command hangs over it. */
const MAX_BYTES = 65_536;

type Definition = Omit<RegisterTaskDefinitionRequest, "tags">;

/** Checks what AWS checks when a task definition is registered. Throws ClientException for the first thing wrong. */
export const validateTaskDefinition = (definition: Definition): void => {
  const bytes = Buffer.byteLength(JSON.stringify(definition));
  if (bytes > MAX_BYTES)
    throw new ClientException(`Actual length: '${bytes}'. Max allowed length is '${MAX_BYTES}' bytes.`);
  const { family = "", containerDefinitions: containers = [], networkMode = "bridge", volumes = [] } = definition;
  if (!family) throw new ClientException("Family should not be null or empty.");
  if (family.length > 255) throw new ClientException("Family is too long: at most 255 characters are allowed.");
  if (!isName(family)) throw new ClientException("Family contains invalid characters.");
  if (containers.length === 0) throw new ClientException("Container list cannot be empty.");
  if (containers.length > MAX_CONTAINERS)
    throw new ClientException(`A task definition can have at most ${MAX_CONTAINERS} containers.`);
  validateNames(containers.map((container) => container.name));
  for (const container of containers) validateContainer(container, definition.memory !== undefined);
  if (containers.every((container) => container.essential === false))
    throw new ClientException("There must be at least one essential container in the task definition.");
  validateSizes(definition);
  validatePorts(containers, networkMode);
  validateDependencies(containers, networkMode);
  validateVolumes(volumes, containers);
  if (!definition.executionRoleArn && containers.some(({ secrets = [] }) => secrets.length > 0))
    throw new ClientException(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  if (definition.taskRoleArn) validateRole(definition.taskRoleArn);
  validateConstraints(definition.placementConstraints ?? []);
  if (networkMode === "awsvpc") validateAwsvpc(containers);
  if (definition.requiresCompatibilities?.includes("FARGATE")) validateFargate(definition);
};

/** What would be the whole task's: its containers share one network namespace. */
const validateAwsvpc = (containers: readonly ContainerDefinition[]): void => {
  if (containers.some(({ hostname }) => hostname))
    throw new ClientException("hostname is not supported on container when networkMode=awsvpc.");
  if (containers.some(({ extraHosts = [] }) => extraHosts.length > 0))
    throw new ClientException("Extra hosts are not supported when networkMode=awsvpc.");
};

const validateNames = (names: readonly (string | undefined)[]): void => {
  const seen = new Set<string>();
  for (const name of names) {
    if (!name) throw new ClientException("Container.name should not be null or empty.");
    if (!isName(name)) throw new ClientException(`Container.name contains invalid characters: ${name}.`);
    if (seen.has(name))
      throw new ClientException(`Container names should be unique: '${name}' is used more than once.`);
    seen.add(name);
  }
};

/** A task's own cpu and memory must hold what its containers ask for. */
const validateSizes = ({ cpu, memory, containerDefinitions: containers = [] }: Definition): void => {
  const taskCpu = cpu === undefined ? undefined : taskCpuUnits(cpu);
  const taskMemory = memory === undefined ? undefined : taskMemoryMiB(memory);
  const cpuSum = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (taskCpu !== undefined && cpuSum > taskCpu)
    throw new ClientException(
      `Invalid setting for the task: its containers ask for ${cpuSum} CPU units together, more than the task's 'cpu' of ${taskCpu}.`,
    );
  if (taskMemory === undefined) return;
  const soft = containers.reduce((sum, one) => sum + (one.memoryReservation ?? one.memory ?? 0), 0);
  if (soft > taskMemory)
    throw new ClientException(
      `Invalid setting for the task: its containers reserve ${soft} MiB together, more than the task's 'memory' of ${taskMemory}.`,
    );
  for (const { name, memory: hard } of containers)
    if ((hard ?? 0) > taskMemory)
      throw new ClientException(
        `Invalid 'memory' setting for container '${name}'. It must not be above the task's 'memory' of ${taskMemory}.`,
      );
};

const validateConstraints = (constraints: NonNullable<Definition["placementConstraints"]>): void => {
  if (constraints.length > MAX_CONSTRAINTS)
    throw new ClientException(`A task definition can have at most ${MAX_CONSTRAINTS} placement constraints.`);
  for (const { type, expression = "" } of constraints) {
    if (type !== "memberOf" || expression.trim() === "")
      throw new ClientException(
        "A placement constraint of a task definition is of type memberOf and has an expression.",
      );
    const error = queryError(expression);
    if (error !== undefined) throw new ClientException(error);
  }
};

import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Ecs } from "../ecs.ts";
import { CliError, usageError } from "../failure.ts";
import { listed } from "../views/words.ts";

/** What ECS adds to a definition that it was given. */
const ADDED = [
  "taskDefinitionArn",
  "revision",
  "status",
  "requiresAttributes",
  "compatibilities",
  "registeredAt",
  "deregisteredAt",
  "registeredBy",
  "deleteRequestedAt",
] as const satisfies readonly (keyof TaskDefinition)[];

/** A definition with another image in the named container, or in its only one. Throws CliError where it is not clear which is meant. */
export const withImage = (
  definition: TaskDefinition,
  image: string,
  container: string | undefined,
): RegisterTaskDefinitionCommandInput => {
  const { containerDefinitions = [], family, ...rest } = definition;
  const names = containerDefinitions.map(({ name = "" }) => name);
  const meant = container ?? (names.length === 1 ? names[0] : undefined);
  if (meant === undefined)
    throw usageError(`the service's tasks have containers ${listed(names)}: name one with --container`);
  if (!names.includes(meant)) throw usageError(`there is no container ${meant}, only ${listed(names)}`);
  const given = Object.fromEntries(Object.entries(rest).filter(([key]) => !(ADDED as readonly string[]).includes(key)));
  const changed = (one: ContainerDefinition): ContainerDefinition => (one.name === meant ? { ...one, image } : one);
  return { ...given, family, containerDefinitions: containerDefinitions.map(changed) };
};

/** Registers a revision with that image, its tags as before; answers its ARN. */
export const registerWithImage = async (
  ecs: Ecs,
  taskDefinition: string,
  image: string,
  container: string | undefined,
): Promise<string> => {
  const { taskDefinition: now, tags = [] } = await ecs.describeTaskDefinition({ taskDefinition, include: ["TAGS"] });
  if (!now) throw new CliError(`there is no task definition ${taskDefinition}`);
  const wanted = withImage(now, image, container);
  const { taskDefinition: made } = await ecs.registerTaskDefinition({ ...wanted, ...(tags.length > 0 && { tags }) });
  return made?.taskDefinitionArn ?? "";
};

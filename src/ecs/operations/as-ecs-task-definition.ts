import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { TaskDefinitionRevision } from "../model/records.ts";
import { requiredAttributes } from "../model/required-attributes.ts";
import { arnOf } from "../model/store-keys.ts";
import { compatibilitiesOf } from "../model/task-definition.ts";

/** A task definition as ECS answers it. Its tags stand beside it, never in it. */
export const asEcsTaskDefinition = (definition: TaskDefinitionRevision): TaskDefinition => ({
  ...definition.members,
  taskDefinitionArn: arnOf(definition),
  family: definition.family,
  revision: definition.revision,
  status: definition.status,
  compatibilities: compatibilitiesOf(definition.members),
  requiresAttributes: requiredAttributes(definition.members),
  registeredAt: new Date(definition.registeredAt),
  registeredBy: definition.registeredBy,
  ...(definition.deregisteredAt === undefined ? {} : { deregisteredAt: new Date(definition.deregisteredAt) }),
  ...(definition.deleteRequestedAt === undefined ? {} : { deleteRequestedAt: new Date(definition.deleteRequestedAt) }),
});

import { numberedId, type Stored } from "../../kernel/records.ts";
import { type Scope, scopeKey } from "../../kernel/scope.ts";
import { type TaskDefinitionReference, taskDefinitionArn, taskDefinitionReference } from "../model/identifiers.ts";
import type { TaskDefinitionRecord, TaskDefinitionRevision } from "../model/records.ts";
import type { EcsStores } from "../ports.ts";

type Definitions = Pick<EcsStores, "taskDefinitions">;

const familyKey = (scope: Scope, family: string): string => `${scopeKey(scope)}/${family}`;

/** What ids of a family's revisions begin with. */
export const familyPrefix = (scope: Scope, family: string): string => `${familyKey(scope, family)}:`;

export const revisionId = (scope: Scope, family: string, revision: number): string =>
  numberedId(familyPrefix(scope, family), revision);

/** Family and revision out of a document's id. */
export const partsOfId = (id: string): { readonly family: string; readonly revision: number } => {
  const colon = id.lastIndexOf(":");
  return { family: id.slice(id.lastIndexOf("/", colon) + 1, colon), revision: Number(id.slice(colon + 1)) };
};

export const TASK_DEFINITION_TERM = {
  scope: (scope: Scope): string => `scope:${scopeKey(scope)}`,
  scopeStatus: (scope: Scope, status: string): string => `scope:${scopeKey(scope)}:${status}`,
  familyStatus: (scope: Scope, family: string, status: string): string =>
    `family:${familyKey(scope, family)}:${status}`,
  status: (status: string): string => `status:${status}`,
} as const;

export const taskDefinitionTerms = (definition: TaskDefinitionRecord): string[] => [
  TASK_DEFINITION_TERM.scope(definition),
  TASK_DEFINITION_TERM.scopeStatus(definition, definition.status),
  TASK_DEFINITION_TERM.familyStatus(definition, definition.family, definition.status),
  TASK_DEFINITION_TERM.status(definition.status),
];

export const asRevision = ({ id, value }: Stored<TaskDefinitionRecord>): TaskDefinitionRevision => ({
  ...value,
  revision: partsOfId(id).revision,
});

export const arnOf = (definition: Pick<TaskDefinitionRevision, "account" | "region" | "family" | "revision">): string =>
  taskDefinitionArn(definition, definition.family, definition.revision);

/**
 * The revision that a family, a family with a revision or an ARN names, whatever its status; a family alone names its latest
 * ACTIVE one. `undefined` where there is none. Throws ClientException for what is no identifier.
 */
export const lookUpTaskDefinition = async (
  stores: Definitions,
  text: string,
  scope: Scope,
): Promise<TaskDefinitionRevision | undefined> => {
  const reference = taskDefinitionReference(text, scope);
  const id = reference && (await idOf(stores, reference, scope));
  const [stored] = id === undefined ? [] : await stores.taskDefinitions.get([id]);
  return stored && asRevision(stored);
};

const idOf = async (
  { taskDefinitions }: Definitions,
  { family, revision }: TaskDefinitionReference,
  scope: Scope,
): Promise<string | undefined> => {
  if (revision !== undefined) return revisionId(scope, family, revision);
  return (await taskDefinitions.find([TASK_DEFINITION_TERM.familyStatus(scope, family, "ACTIVE")])).at(-1);
};

import type { Scope } from "../../kernel/scope.ts";
import { type TaskDefinitionReference, taskDefinitionReference } from "../model/identifiers.ts";
import type { TaskDefinitionRevision } from "../model/records.ts";
import { asRevision, revisionId, TASK_DEFINITION_TERM } from "../model/store-keys.ts";
import type { EcsStores } from "../ports.ts";

type Definitions = Pick<EcsStores, "taskDefinitions">;

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

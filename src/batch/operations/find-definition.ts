import type { Scope } from "../../kernel/scope.ts";
import { ClientException } from "../model/errors.ts";
import type { JobDefinitionRecord } from "../model/job-definition.ts";
import { definitionReference } from "../model/names.ts";
import { definitionId, revisionOfId, TERM } from "../model/store-keys.ts";
import type { BatchDeps } from "./deps.ts";

/** The ACTIVE definition that a text names, the latest one where it names no revision. Throws ClientException. */
export const findActiveDefinition = async (
  { jobDefinitions }: Pick<BatchDeps, "jobDefinitions">,
  text: string,
  scope: Scope,
): Promise<JobDefinitionRecord & { readonly revision: number }> => {
  const reference = definitionReference(text, scope);
  if (!reference) throw new ClientException(`JobDefinition ${text} not found.`);
  const { name, revision } = reference;
  const ids =
    revision === undefined
      ? (await jobDefinitions.find([TERM.definitionOfNameStatus(scope, name, "ACTIVE")])).slice(-1)
      : [definitionId(scope, name, revision)];
  const [stored] = ids.length > 0 ? await jobDefinitions.get(ids) : [];
  if (stored?.value.status !== "ACTIVE")
    throw new ClientException(
      `JobDefinition ${revision === undefined ? `name ${name}` : text} does not exist or is not in ACTIVE status`,
    );
  return { ...stored.value, revision: revisionOfId(stored.id) };
};

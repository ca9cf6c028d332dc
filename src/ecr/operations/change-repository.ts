import { changeRecord } from "../../kernel/change-record.ts";
import type { Caller } from "../../kernel/operation.ts";
import { type AskedRepository, findRepository } from "../find-repository.ts";
import { RepositoryNotFoundException } from "../model/errors.ts";
import { type RepositoryRecord, repositoryId, repositoryTerms } from "../model/repository.ts";
import type { EcrDeps } from "../ports.ts";

/** Changes a repository's record where the caller may do `action` to it. Throws as `findRepository` and `decide` do. */
export const changeRepository = async (
  deps: EcrDeps,
  asked: AskedRepository,
  caller: Caller,
  action: string,
  decide: (now: RepositoryRecord) => RepositoryRecord,
): Promise<RepositoryRecord> => {
  const { repository } = await findRepository(deps, asked, caller, action);
  const changed = await changeRecord(deps.repositories, repositoryId(repository), repositoryTerms, decide);
  if (!changed) throw new RepositoryNotFoundException(repository);
  return changed;
};

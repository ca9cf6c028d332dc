import type { FoundRepository } from "./find-repository.ts";
import { lookUpRepository } from "./find-repository.ts";
import { RepositoryAlreadyExistsException } from "./model/errors.ts";
import { type RepositoryRecord, type RepositoryRef, repositoryId, repositoryTerms } from "./model/repository.ts";
import type { EcrDeps } from "./ports.ts";

type Members = Partial<Pick<RepositoryRecord, "mutability" | "exclusions" | "tags">>;
type Deps = Pick<EcrDeps, "repositories" | "clock" | "defaults">;

const create = async (
  { repositories, clock }: Deps,
  { account, region, name }: RepositoryRef,
  { mutability = "MUTABLE", exclusions = [], tags = {} }: Members,
): Promise<FoundRepository | undefined> => {
  const fresh = { account, region, name, mutability, exclusions, tags, createdAt: clock.now() };
  const created = await repositories.create(repositoryId(fresh), fresh, repositoryTerms(fresh));
  return created && { repository: created.value, version: created.version };
};

/** Makes a repository. Throws RepositoryAlreadyExistsException. */
export const makeNewRepository = async (
  deps: Deps,
  ref: RepositoryRef,
  members: Members,
): Promise<RepositoryRecord> => {
  const created = await create(deps, ref, members);
  if (!created) throw new RepositoryAlreadyExistsException(ref);
  return created.repository;
};

/** Makes a repository, or answers the one that is there. `undefined`: it was deleted in the same moment. */
export const makeRepository = async (
  deps: Deps,
  ref: RepositoryRef,
  members: Members,
): Promise<FoundRepository | undefined> => (await create(deps, ref, members)) ?? (await lookUpRepository(deps, ref));

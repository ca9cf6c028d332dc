import type { Caller } from "../kernel/operation.ts";
import type { Scope } from "../kernel/scope.ts";
import { AccessDeniedException, RepositoryNotFoundException } from "./model/errors.ts";
import {
  homeOf,
  isBaseImage,
  type RepositoryRecord,
  type RepositoryRef,
  repositoryArn,
  repositoryId,
} from "./model/repository.ts";
import { deniedAction } from "./model/repository-policy.ts";
import type { EcrDeps } from "./ports.ts";

/** A repository as it was read, with the version of its record. */
export interface FoundRepository {
  readonly repository: RepositoryRecord;
  readonly version: number;
}

type Deps = Pick<EcrDeps, "repositories" | "defaults">;

/** The repository of that name; a base image's from everywhere. `undefined` where there is none. */
export const lookUpRepository = async (deps: Deps, asked: RepositoryRef): Promise<FoundRepository | undefined> => {
  const [stored] = await deps.repositories.get([repositoryId(homeOf(asked, deps.defaults))]);
  return stored && { repository: stored.value, version: stored.version };
};

/** Throws AccessDeniedException where the repository's policy denies one of these actions to a caller of its own account. */
export const refuseDenied = (
  repository: RepositoryRecord,
  caller: { readonly account: string; readonly principal: string },
  actions: readonly string[],
): void => {
  const denied = deniedAction(repository.policyText, caller, actions);
  if (denied === undefined) return;
  throw new AccessDeniedException(
    `User: ${caller.principal} is not authorized to perform: ${denied} on resource: ${repositoryArn(repository)} with an explicit deny in a resource-based policy`,
  );
};

/** What an operation is asked about: a registry by its account, and a repository's name. */
export interface AskedRepository {
  readonly registryId?: string | undefined;
  readonly repositoryName: string;
}

/** Where that repository would be: the caller's region, in the registry that is named. */
export const refOf = ({ registryId, repositoryName }: AskedRepository, caller: Scope): RepositoryRef => ({
  account: registryId ?? caller.account,
  region: caller.region,
  name: repositoryName,
});

/** Whether it is the caller's own: of the same account and region. */
const isOwn = (repository: RepositoryRef, caller: Scope): boolean =>
  repository.account === caller.account && repository.region === caller.region;

/**
 * The repository that an operation is about, where the caller may do `action` (`ecr:PutImage`) to it. Throws RepositoryNotFoundException, also
 * for another account's, and AccessDeniedException.
 */
export const findRepository = async (
  deps: Deps,
  asked: AskedRepository,
  caller: Caller,
  action: string,
  access: "read" | "write" = "write",
): Promise<FoundRepository> => {
  const ref = refOf(asked, caller);
  const found = await lookUpRepository(deps, ref);
  if (!found || !(isOwn(found.repository, caller) || isBaseImage(ref.name))) throw new RepositoryNotFoundException(ref);
  if (isOwn(found.repository, caller)) refuseDenied(found.repository, caller, [action]);
  else if (access === "write") throw notTheirs(deps.defaults);
  return found;
};

/** Who writes base images. */
export const notTheirs = ({ account, region }: Scope): AccessDeniedException =>
  new AccessDeniedException(
    `Names that begin with berth/ are base images: they are read from every account and region, and written in account ${account} and region ${region} only`,
  );

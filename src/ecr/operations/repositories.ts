import { findRepository, notTheirs, refOf, refuseDenied } from "../find-repository.ts";
import { makeNewRepository } from "../make-repository.ts";
import {
  InvalidParameterException,
  RepositoryNotEmptyException,
  RepositoryNotFoundException,
} from "../model/errors.ts";
import { checkRepositoryName } from "../model/names.ts";
import { pageOfSorted, refusePageOfNamed } from "../model/pages.ts";
import { homeOf, isBaseImage, repositoryId, scopeTerm } from "../model/repository.ts";
import { readMutability, refuseUnbuilt } from "../model/repository-members.ts";
import { readTags } from "../model/tags.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";
import { asFilters, asRepository, named } from "./as-repository.ts";
import { changeRepository } from "./change-repository.ts";

const MAX_NAMED = 100;

/** Repositories, and whether their tags may move. */
export const repositoryOperations = (
  deps: EcrDeps,
): EcrOperations<"CreateRepository" | "DescribeRepositories" | "DeleteRepository" | "PutImageTagMutability"> => ({
  async CreateRepository(request, caller) {
    const { imageTagMutability, imageTagMutabilityExclusionFilters, tags } = request;
    checkRepositoryName(request.repositoryName);
    refuseUnbuilt(request);
    const ref = refOf(request, caller);
    if (ref.account !== caller.account)
      throw new InvalidParameterException(
        `registryId is ${ref.account}, and must be the caller's own: ${caller.account}.`,
      );
    const isElsewhere = repositoryId(homeOf(ref, deps.defaults)) !== repositoryId(ref);
    if (isBaseImage(ref.name) && isElsewhere) throw notTheirs(deps.defaults);
    const members = {
      ...readMutability(imageTagMutability, imageTagMutabilityExclusionFilters),
      tags: readTags(tags),
    };
    return { repository: asRepository(await makeNewRepository(deps, ref, members), deps) };
  },

  async DescribeRepositories({ registryId, repositoryNames, ...page }, caller) {
    const { repositories } = deps;
    refusePageOfNamed("repositoryNames", repositoryNames, page);
    if (repositoryNames !== undefined) {
      if (repositoryNames.length < 1 || repositoryNames.length > MAX_NAMED)
        throw new InvalidParameterException(`repositoryNames must name 1 to ${MAX_NAMED} repositories.`);
      const found = repositoryNames.map((repositoryName) =>
        findRepository(deps, { registryId, repositoryName }, caller, "ecr:DescribeRepositories", "read"),
      );
      return { repositories: (await Promise.all(found)).map(({ repository }) => asRepository(repository, deps)) };
    }
    const scope = { account: registryId ?? caller.account, region: caller.region };
    const ids = scope.account === caller.account ? await repositories.find([scopeTerm(scope)]) : [];
    const { items, ...rest } = pageOfSorted("repositories", ids, (id) => id, page);
    const stored = await repositories.get(items);
    return { repositories: stored.flatMap((one) => (one ? [asRepository(one.value, deps)] : [])), ...rest };
  },

  async DeleteRepository({ force = false, ...asked }, caller) {
    const { repository } = await findRepository(deps, asked, caller, "ecr:DeleteRepository");
    if (force) refuseDenied(repository, caller, ["ecr:BatchDeleteImage"]);
    const outcome = await deps.images.removeRepository(repository, force, deps.clock.now());
    if (outcome === "not-found") throw new RepositoryNotFoundException(repository);
    if (outcome === "not-empty") throw new RepositoryNotEmptyException(repository);
    await forgetPreview(deps, repositoryId(repository));
    return { repository: asRepository(repository, deps) };
  },

  async PutImageTagMutability({ imageTagMutability, imageTagMutabilityExclusionFilters, ...asked }, caller) {
    const members = readMutability(imageTagMutability, imageTagMutabilityExclusionFilters);
    const changed = await changeRepository(deps, asked, caller, "ecr:PutImageTagMutability", (now) => ({
      ...now,
      ...members,
    }));
    return { ...named(changed), imageTagMutability: changed.mutability, ...asFilters(changed.exclusions) };
  },
});

/** The next repository of that name begins without the last one's preview. */
const forgetPreview = async ({ previews }: EcrDeps, id: string): Promise<void> => {
  await previews.remove(id);
};

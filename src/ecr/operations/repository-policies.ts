import { findRepository } from "../find-repository.ts";
import { InvalidParameterException, RepositoryPolicyNotFoundException } from "../model/errors.ts";
import { deniedAction, readPolicy } from "../model/repository-policy.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";
import { named } from "./as-repository.ts";
import { changeRepository } from "./change-repository.ts";

const MAX_LENGTH = 10_240;

/** Who may do what with a repository: kept as given, and what it denies the repository's own account is denied. */
export const repositoryPolicyOperations = (
  deps: EcrDeps,
): EcrOperations<"SetRepositoryPolicy" | "GetRepositoryPolicy" | "DeleteRepositoryPolicy"> => ({
  async SetRepositoryPolicy({ policyText, force = false, ...asked }, caller) {
    if (policyText.length > MAX_LENGTH)
      throw new InvalidParameterException(`policyText must have at most ${MAX_LENGTH} characters.`);
    readPolicy(policyText);
    const locksOut = deniedAction(policyText, caller, ["ecr:SetRepositoryPolicy"]);
    if (locksOut !== undefined && !force)
      throw new InvalidParameterException(
        "The policy would keep you from setting another one. If that is what you want, set it with force.",
      );
    const changed = await changeRepository(deps, asked, caller, "ecr:SetRepositoryPolicy", (now) => ({
      ...now,
      policyText,
    }));
    return { ...named(changed), policyText };
  },

  async GetRepositoryPolicy(asked, caller) {
    const { repository } = await findRepository(deps, asked, caller, "ecr:GetRepositoryPolicy", "read");
    if (repository.policyText === undefined) throw new RepositoryPolicyNotFoundException(repository);
    return { ...named(repository), policyText: repository.policyText };
  },

  async DeleteRepositoryPolicy(asked, caller) {
    let deleted: string | undefined;
    const changed = await changeRepository(deps, asked, caller, "ecr:DeleteRepositoryPolicy", (now) => {
      const { policyText, ...rest } = now;
      if (policyText === undefined) throw new RepositoryPolicyNotFoundException(now);
      deleted = policyText;
      return rest;
    });
    return { ...named(changed), policyText: deleted };
  },
});

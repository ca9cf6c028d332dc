import { parseArn } from "../../kernel/arn.ts";
import type { Caller } from "../../kernel/operation.ts";
import { findRepository } from "../find-repository.ts";
import { InvalidParameterException, RepositoryNotFoundException } from "../model/errors.ts";
import { asTagList, readTags } from "../model/tags.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";
import { changeRepository } from "./change-repository.ts";

/** Tags of repositories; nothing else in ECR bears any. */
export const tagOperations = (
  deps: EcrDeps,
): EcrOperations<"TagResource" | "UntagResource" | "ListTagsForResource"> => ({
  async TagResource({ resourceArn, tags }, caller) {
    await changeRepository(deps, namedBy(resourceArn, caller), caller, "ecr:TagResource", (now) => ({
      ...now,
      tags: { ...now.tags, ...readTags(tags, now.tags) },
    }));
    return {};
  },

  async UntagResource({ resourceArn, tagKeys }, caller) {
    await changeRepository(deps, namedBy(resourceArn, caller), caller, "ecr:UntagResource", (now) => ({
      ...now,
      tags: Object.fromEntries(Object.entries(now.tags).filter(([key]) => !tagKeys.includes(key))),
    }));
    return {};
  },

  async ListTagsForResource({ resourceArn }, caller) {
    const asked = namedBy(resourceArn, caller);
    const { repository } = await findRepository(deps, asked, caller, "ecr:ListTagsForResource", "read");
    return { tags: asTagList(repository.tags) };
  },
});

const namedBy = (text: string, caller: Caller): { readonly repositoryName: string } => {
  const arn = parseArn(text);
  if (arn?.service !== "ecr" || !arn.resource.startsWith("repository/"))
    throw new InvalidParameterException(
      `Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN': it is not the ARN of a repository`,
    );
  const name = arn.resource.slice("repository/".length);
  if (arn.account !== caller.account || arn.region !== caller.region)
    throw new RepositoryNotFoundException({ account: arn.account, region: arn.region, name });
  return { repositoryName: name };
};

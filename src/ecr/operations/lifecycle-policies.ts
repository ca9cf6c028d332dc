import { findRepository } from "../find-repository.ts";
import { LifecyclePolicyNotFoundException, LifecyclePolicyPreviewNotFoundException } from "../model/errors.ts";
import { judge } from "../model/lifecycle.ts";
import { previewOf } from "../model/lifecycle-preview.ts";
import { pageOfSorted, refusePageOfNamed } from "../model/pages.ts";
import { readLifecyclePolicy } from "../model/read-lifecycle-policy.ts";
import { repositoryId } from "../model/repository.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";
import { named } from "./as-repository.ts";
import { changeRepository } from "./change-repository.ts";

const MOST_PREVIEWED = 100;

/** Which images go by themselves, and what would go. */
export const lifecyclePolicyOperations = (
  deps: EcrDeps,
): EcrOperations<
  | "PutLifecyclePolicy"
  | "GetLifecyclePolicy"
  | "DeleteLifecyclePolicy"
  | "StartLifecyclePolicyPreview"
  | "GetLifecyclePolicyPreview"
> => ({
  async PutLifecyclePolicy({ lifecyclePolicyText, ...asked }, caller) {
    readLifecyclePolicy(lifecyclePolicyText);
    const changed = await changeRepository(deps, asked, caller, "ecr:PutLifecyclePolicy", (now) => ({
      ...now,
      lifecycle: { text: lifecyclePolicyText },
    }));
    return { ...named(changed), lifecyclePolicyText };
  },

  async GetLifecyclePolicy(asked, caller) {
    const { repository } = await findRepository(deps, asked, caller, "ecr:GetLifecyclePolicy", "read");
    if (!repository.lifecycle) throw new LifecyclePolicyNotFoundException(repository);
    return { ...named(repository), ...asAnswer(repository.lifecycle) };
  },

  async DeleteLifecyclePolicy(asked, caller) {
    let deleted = {};
    const changed = await changeRepository(deps, asked, caller, "ecr:DeleteLifecyclePolicy", (now) => {
      const { lifecycle, ...rest } = now;
      if (!lifecycle) throw new LifecyclePolicyNotFoundException(now);
      deleted = asAnswer(lifecycle);
      return rest;
    });
    return { ...named(changed), ...deleted };
  },

  async StartLifecyclePolicyPreview({ lifecyclePolicyText, ...asked }, caller) {
    const { repository } = await findRepository(deps, asked, caller, "ecr:StartLifecyclePolicyPreview");
    const text = lifecyclePolicyText ?? repository.lifecycle?.text;
    if (text === undefined) throw new LifecyclePolicyNotFoundException(repository);
    const rules = readLifecyclePolicy(text);
    const verdicts = judge(rules, await deps.images.list(repository), deps.clock.now());
    const id = repositoryId(repository);
    const preview = previewOf(text, verdicts);
    await deps.previews.remove(id);
    await deps.previews.create(id, preview);
    return { ...named(repository), lifecyclePolicyText: text, status: "COMPLETE" };
  },

  async GetLifecyclePolicyPreview({ imageIds, filter, nextToken, maxResults, ...asked }, caller) {
    const page = { nextToken, maxResults };
    refusePageOfNamed("imageIds", imageIds, page);
    const { repository } = await findRepository(deps, asked, caller, "ecr:GetLifecyclePolicyPreview", "read");
    const [stored] = await deps.previews.get([repositoryId(repository)]);
    if (!stored) throw new LifecyclePolicyPreviewNotFoundException(repository);
    const { policyText, expiring } = stored.value;
    const isAsked = ({ digest, tags }: (typeof expiring)[number]) =>
      imageIds === undefined ||
      imageIds.some(
        ({ imageDigest = digest, imageTag }) =>
          imageDigest === digest && (imageTag === undefined || tags.includes(imageTag)),
      );
    const hasStatus = ({ tags }: (typeof expiring)[number]) =>
      filter?.tagStatus === undefined ||
      filter.tagStatus === "ANY" ||
      (filter.tagStatus === "TAGGED") === tags.length > 0;
    const chosen = expiring.filter((one) => isAsked(one) && hasStatus(one));
    const { items, ...rest } = pageOfSorted("previews", chosen, ({ digest }) => digest, page, MOST_PREVIEWED);
    return {
      ...named(repository),
      ...rest,
      lifecyclePolicyText: policyText,
      status: "COMPLETE",
      previewResults: items.map(({ digest, tags, pushedAt, rulePriority }) => ({
        imageDigest: digest,
        imageTags: [...tags],
        imagePushedAt: new Date(pushedAt),
        action: { type: "EXPIRE" },
        appliedRulePriority: rulePriority,
      })),
      summary: { expiringImageTotalCount: expiring.length },
    };
  },
});

const asAnswer = ({ text, evaluatedAt }: { readonly text: string; readonly evaluatedAt?: number }) => ({
  lifecyclePolicyText: text,
  ...(evaluatedAt !== undefined && { lastEvaluatedAt: new Date(evaluatedAt) }),
});

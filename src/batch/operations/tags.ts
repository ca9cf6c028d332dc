import { changeRecord } from "../../kernel/change-record.ts";
import type { RecordStore } from "../../kernel/records.ts";
import type { Scope } from "../../kernel/scope.ts";
import { ClientException } from "../model/errors.ts";
import { definitionReference, parseResourceArn } from "../model/names.ts";
import { definitionId, namedId } from "../model/store-keys.ts";
import { environmentTags, queueTags } from "../model/tag-settings.ts";
import { checkTagKey, checkTags, type Tags, withoutTags } from "../model/tags.ts";
import { definitionTerms, environmentTerms, policyTerms, queueTerms } from "../model/terms.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";
import { findJobs } from "./find-jobs.ts";

type TagOperations = BatchOperations<"TagResource" | "UntagResource" | "ListTagsForResource">;

/** Changes the tags of the resource of an id; `undefined` where there is none. Answers what they are then. */
type Change = (id: string, decide: (tags: Tags) => Tags) => Promise<Tags | undefined>;

/** Tags of what Batch keeps: environments, queues, policies, definitions and jobs. */
export const tagOperations = (deps: BatchDeps): TagOperations => {
  const named = (change: Change) => (scope: Scope, rest: string, decide: (tags: Tags) => Tags) =>
    change(namedId(scope, rest), decide);
  const changes: Readonly<Record<string, ReturnType<typeof named>>> = {
    "compute-environment": named(
      changeIn(deps.computeEnvironments, environmentTerms, (tags) => environmentTags(tags, deps.settings)),
    ),
    "job-queue": named(changeIn(deps.jobQueues, queueTerms, (tags) => queueTags(tags, deps.settings))),
    "scheduling-policy": named(changeIn(deps.schedulingPolicies, policyTerms, alone)),
    async job(scope, rest, decide) {
      const [job] = await findJobs(deps.jobs, [rest], scope);
      // A child bears its parent's tags.
      if (!job || job.child) return undefined;
      const tags = decide(job.tags);
      if (tags !== job.tags && !(await deps.jobs.setTags(job.id, tags))) return undefined;
      return tags;
    },
    async "job-definition"(scope, rest, decide) {
      const { name, revision } = definitionReference(rest, scope) ?? {};
      if (name === undefined || revision === undefined) return undefined;
      return changeIn(deps.jobDefinitions, definitionTerms, alone)(definitionId(scope, name, revision), decide);
    },
  };

  const change = async (text: string, scope: Scope, decide: (tags: Tags) => Tags): Promise<Tags> => {
    const arn = parseResourceArn(text);
    if (!arn) throw new ClientException(`Invalid resourceArn: ${text} is not an ARN of a Batch resource.`);
    const isOurs = arn.account === scope.account && arn.region === scope.region && Object.hasOwn(changes, arn.kind);
    const tags = isOurs ? await changes[arn.kind]?.(scope, arn.rest, decide) : undefined;
    if (!tags) throw new ClientException(`The resource ${text} does not exist.`);
    return tags;
  };

  return {
    async TagResource({ resourceArn, tags }, caller) {
      await change(resourceArn, caller, (before) => ({ ...before, ...checkTags(tags, before) }));
      return {};
    },
    async UntagResource({ resourceArn, tagKeys }, caller) {
      for (const key of tagKeys) checkTagKey(key);
      await change(resourceArn, caller, (before) => withoutTags(before, tagKeys));
      return {};
    },
    async ListTagsForResource({ resourceArn }, caller) {
      return { tags: { ...(await change(resourceArn, caller, (tags) => tags)) } };
    },
  };
};

const alone = (tags: Tags): { readonly tags: Tags } => ({ tags });

const changeIn =
  <T extends { readonly tags: Tags }>(
    store: RecordStore<T>,
    termsOf: (value: T) => readonly string[],
    /** What changes with the tags: the tags, and what they settle. */
    changed: (tags: Tags) => Partial<T> & { readonly tags: Tags },
  ): Change =>
  async (id, decide) => {
    const record = await changeRecord(store, id, termsOf, (now) => {
      const tags = decide(now.tags);
      return tags === now.tags ? now : { ...now, ...changed(tags) };
    });
    return record?.tags;
  };

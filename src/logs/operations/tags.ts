import { changeRecord } from "../../kernel/change-record.ts";
import type { Scope } from "../../kernel/scope.ts";
import { findGroup } from "../find.ts";
import { InvalidParameterException, ResourceNotFoundException, TooManyTagsException } from "../model/errors.ts";
import { checkGroupName, groupOfArn } from "../model/names.ts";
import { groupId, groupTerms } from "../model/records.ts";
import { checkTagKey, MAX_TAGS, readTags, type Tags, withoutTags } from "../model/tags.ts";
import type { LogsDeps, LogsOperations } from "../ports.ts";

type TagOperations = LogsOperations<
  "TagResource" | "UntagResource" | "ListTagsForResource" | "TagLogGroup" | "UntagLogGroup" | "ListTagsLogGroup"
>;

/** Tags of log groups, by ARN and, as AWS did before, by name. */
export const tagOperations = (deps: LogsDeps): TagOperations => {
  const change = async (scope: Scope, name: string, decide: (tags: Tags) => Tags): Promise<object> => {
    const id = groupId(scope, name);
    const changed = await changeRecord(deps.logGroups, id, groupTerms, (group) => ({
      ...group,
      tags: decide(group.tags),
    }));
    if (!changed) throw new ResourceNotFoundException("The specified log group does not exist.");
    return {};
  };
  const add = (tags: Tags, tooMany: () => Error) => {
    const read = readTags(tags);
    return (before: Tags): Tags => {
      const all = { ...before, ...read };
      if (Object.keys(all).length > MAX_TAGS) throw tooMany();
      return all;
    };
  };
  const remove = (keys: readonly string[]) => {
    for (const key of keys) checkTagKey(key);
    return (before: Tags): Tags => withoutTags(before, keys);
  };
  const words = `A log group has up to ${MAX_TAGS} tags.`;

  return {
    TagResource: async ({ resourceArn, tags }, caller) =>
      change(
        caller,
        nameOf(resourceArn, caller),
        add(tags, () => new TooManyTagsException(words)),
      ),
    UntagResource: async ({ resourceArn, tagKeys }, caller) =>
      change(caller, nameOf(resourceArn, caller), remove(tagKeys)),
    ListTagsForResource: async ({ resourceArn }, caller) => ({
      tags: { ...(await findGroup(deps, nameOf(resourceArn, caller), caller)).tags },
    }),
    TagLogGroup: async ({ logGroupName, tags }, caller) =>
      change(
        caller,
        checkGroupName(logGroupName),
        add(tags, () => new InvalidParameterException(words)),
      ),
    UntagLogGroup: async ({ logGroupName, tags }, caller) => change(caller, checkGroupName(logGroupName), remove(tags)),
    ListTagsLogGroup: async ({ logGroupName }, caller) => ({
      tags: { ...(await findGroup(deps, checkGroupName(logGroupName), caller)).tags },
    }),
  };
};

/** The group that an ARN names. Throws InvalidParameterException and ResourceNotFoundException. */
const nameOf = (arn: string, scope: Scope): string => {
  if (!arn.startsWith("arn:")) throw new InvalidParameterException(`${arn} is no ARN.`);
  const name = groupOfArn(arn, scope);
  if (name === undefined)
    throw new ResourceNotFoundException(`${arn} is no log group; other resources of CloudWatch Logs are not built.`);
  return name;
};

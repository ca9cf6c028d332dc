import { changeRecord } from "../../kernel/change-record.ts";
import { NotBuiltError } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import { InvalidResourceId, TooManyTagsError } from "../model/parameter-errors.ts";
import { recordId, recordTerms } from "../model/records.ts";
import { readTags, type Tags, tagList, withoutTags, withTags } from "../model/tags.ts";
import type { SecretsDeps, SsmOperations } from "../ports.ts";

type TagOperations = SsmOperations<"AddTagsToResource" | "RemoveTagsFromResource" | "ListTagsForResource">;

const noSuch = (): InvalidResourceId =>
  new InvalidResourceId("The resource ID isn't valid. Verify that you entered the correct ID and try again.");

/** Tags of parameters, by name. */
export const parameterTagOperations = ({ parameters }: SecretsDeps): TagOperations => {
  const change = async (type: string, name: string, scope: Scope, decide: (tags: Tags) => Tags): Promise<object> => {
    onlyParameters(type);
    const changed = await changeRecord(parameters, recordId(scope, name), recordTerms, (record) => ({
      ...record,
      tags: decide(record.tags),
    }));
    if (!changed) throw noSuch();
    return {};
  };

  return {
    async AddTagsToResource({ ResourceType, ResourceId, Tags }, caller) {
      const more = readTags(Tags);
      return change(ResourceType, ResourceId, caller, (tags) =>
        withTags(tags, more, (words) => new TooManyTagsError(words)),
      );
    },
    RemoveTagsFromResource: async ({ ResourceType, ResourceId, TagKeys }, caller) =>
      change(ResourceType, ResourceId, caller, (tags) => withoutTags(tags, TagKeys)),
    async ListTagsForResource({ ResourceType, ResourceId }, caller) {
      onlyParameters(ResourceType);
      const [stored] = await parameters.get([recordId(caller, ResourceId)]);
      if (!stored) throw noSuch();
      return { TagList: tagList(stored.value.tags) };
    },
  };
};

const onlyParameters = (type: string): void => {
  if (type !== "Parameter") throw new NotBuiltError(`A resource of type ${type}`);
};

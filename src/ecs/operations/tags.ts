import { asTagList, readTagKeys, readTags, withoutTags } from "../model/tags.ts";
import type { EcsDeps, EcsOperations } from "../ports.ts";
import { taggedResource } from "./tagged-resources.ts";

/** Tags of clusters, task definitions, tasks and container instances. */
export const tagOperations = (
  deps: EcsDeps,
): EcsOperations<"TagResource" | "UntagResource" | "ListTagsForResource"> => ({
  async TagResource({ resourceArn, tags }, caller) {
    const resource = await taggedResource(deps, resourceArn, caller);
    await resource.change((now) => ({ ...now, ...readTags(tags, now) }));
    return {};
  },

  async UntagResource({ resourceArn, tagKeys }, caller) {
    const resource = await taggedResource(deps, resourceArn, caller);
    const keys = readTagKeys(tagKeys);
    await resource.change((now) => withoutTags(now, keys));
    return {};
  },

  async ListTagsForResource({ resourceArn }, caller) {
    return { tags: asTagList((await taggedResource(deps, resourceArn, caller)).tags) };
  },
});

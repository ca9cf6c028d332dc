import { parseImageReference } from "../model/image-reference.ts";
import type { TaskSpec } from "../model/task-spec.ts";
import type { OwnImages } from "../ports.ts";

/**
 * Tags of Berth's own registry become digests when a task is placed: all its containers, on whatever host, then run the same bytes. One that names
 * nothing stays as it is; its launch says what is missing.
 */
export const withDigests = async (
  { ownImages, registry }: { readonly ownImages: OwnImages; readonly registry: string },
  spec: TaskSpec,
): Promise<TaskSpec> => ({
  ...spec,
  containers: await Promise.all(
    spec.containers.map(async (container) => {
      const reference = parseImageReference(container.image, registry);
      if (reference.kind === "foreign") return container;
      const found = await ownImages.find(reference);
      return found.type === "found" ? { ...container, imageDigest: found.digest } : container;
    }),
  ),
});

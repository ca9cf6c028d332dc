import type { ImageFailure, ImageIdentifier } from "@aws-sdk/client-ecr";
import { findRepository } from "../find-repository.ts";
import type { RemoveOutcome } from "../model/image.ts";
import { checkImageIds, failureOf, faultOf, imageIdOf, mismatch, notFound } from "../model/image-ids.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";

/** Images and tags that go. */
export const deleteImageOperations = (deps: EcrDeps): EcrOperations<"BatchDeleteImage"> => ({
  async BatchDeleteImage({ imageIds, ...asked }, caller) {
    checkImageIds(imageIds);
    const { repository } = await findRepository(deps, asked, caller, "ecr:BatchDeleteImage");
    const deleted: ImageIdentifier[] = [];
    const failures: ImageFailure[] = [];
    const remove = async (id: ImageIdentifier): Promise<ImageFailure | undefined> => {
      const fault = faultOf(id);
      if (fault) return fault;
      const outcome = await deps.images.remove(repository, imageIdOf(id), deps.clock.now());
      if (outcome.type === "removed") deleted.push(...idsOf(outcome));
      return failed(id, outcome);
    };
    // An index may come after its images: what was still named is tried once more.
    const named: ImageIdentifier[] = [];
    for (const id of imageIds) {
      const failure = await remove(id);
      if (failure?.failureCode === "ImageReferencedByManifestList") named.push(id);
      else if (failure) failures.push(failure);
    }
    for (const id of named) {
      const failure = await remove(id);
      if (failure) failures.push(failure);
    }
    return { imageIds: deleted, failures };
  },
});

const idsOf = ({ digest, tags }: RemoveOutcome & { type: "removed" }): ImageIdentifier[] =>
  tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));

const failed = (id: ImageIdentifier, outcome: RemoveOutcome): ImageFailure | undefined => {
  switch (outcome.type) {
    case "removed":
      return undefined;
    case "not-found":
    case "changed":
      return notFound(id);
    case "mismatch":
      return mismatch(id);
    case "referenced": {
      const words = `Requested image referenced by manifest list: [${outcome.by.join(", ")}]`;
      return failureOf(id, "ImageReferencedByManifestList", words);
    }
  }
};

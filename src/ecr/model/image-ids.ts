import type { ImageFailure, ImageIdentifier } from "@aws-sdk/client-ecr";
import { InvalidParameterException } from "./errors.ts";
import type { Image, ImageId } from "./image.ts";
import { isDigest, isTag } from "./names.ts";

const MAX_IDS = 100;

/** Throws InvalidParameterException for none, or more than ECR takes at once. */
export const checkImageIds = (ids: readonly ImageIdentifier[]): void => {
  if (ids.length < 1 || ids.length > MAX_IDS)
    throw new InvalidParameterException(
      `Invalid parameter at 'imageIds' failed to satisfy constraint: 'must have 1 to ${MAX_IDS} elements'`,
    );
};

/** Ids as we name them. */
export const imageIdOf = ({ imageDigest, imageTag }: ImageIdentifier): ImageId => ({
  digest: imageDigest,
  tag: imageTag,
});

/** Why one image of several was not found or changed. */
export const failureOf = (
  imageId: ImageIdentifier,
  failureCode: NonNullable<ImageFailure["failureCode"]>,
  failureReason: string,
): ImageFailure => ({ imageId, failureCode, failureReason });

export const notFound = (imageId: ImageIdentifier): ImageFailure =>
  failureOf(imageId, "ImageNotFound", "Requested image not found");

export const mismatch = (imageId: ImageIdentifier): ImageFailure =>
  failureOf(imageId, "ImageTagDoesNotMatchDigest", "Requested image tag and digest are not of the same image");

/** What is wrong with an id in itself. */
export const faultOf = (id: ImageIdentifier): ImageFailure | undefined => {
  const { imageDigest, imageTag } = id;
  if (imageDigest === undefined && imageTag === undefined)
    return failureOf(id, "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null");
  if (imageDigest !== undefined && !isDigest(imageDigest))
    return failureOf(
      id,
      "InvalidImageDigest",
      "Invalid request parameters: image digest should satisfy the regex 'sha256:[0-9a-f]{64}'",
    );
  if (imageTag !== undefined && !isTag(imageTag))
    return failureOf(id, "InvalidImageTag", "Invalid request parameters: image tag is no tag");
  return undefined;
};

/** The image of that id, or why there is none. */
export const imageOfId = (images: readonly Image[], id: ImageIdentifier): Image | ImageFailure => {
  const fault = faultOf(id);
  if (fault) return fault;
  const { imageDigest, imageTag } = id;
  const byTag = imageTag === undefined ? undefined : images.find(({ tags }) => tags.includes(imageTag));
  const byDigest = imageDigest === undefined ? byTag : images.find(({ digest }) => digest === imageDigest);
  if (!byDigest || (imageTag !== undefined && !byTag)) return notFound(id);
  return byTag && byTag !== byDigest ? mismatch(id) : byDigest;
};

export const isFailure = (one: Image | ImageFailure): one is ImageFailure => !("digest" in one);

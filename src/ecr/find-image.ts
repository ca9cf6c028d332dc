import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import { ImageNotFoundException, InvalidParameterException } from "./model/errors.ts";
import type { Image } from "./model/image.ts";
import { imageIdOf, imageOfId, isFailure } from "./model/image-ids.ts";
import type { RepositoryRef } from "./model/repository.ts";
import type { EcrDeps } from "./ports.ts";

/** The image of that id among a repository's. Throws ImageNotFoundException, and InvalidParameterException for an id that is none. */
export const imageIn = (images: readonly Image[], repository: RepositoryRef, id: ImageIdentifier): Image => {
  const found = imageOfId(images, id);
  if (!isFailure(found)) return found;
  const isThere = ["ImageNotFound", "ImageTagDoesNotMatchDigest"].includes(found.failureCode ?? "");
  if (isThere) throw new ImageNotFoundException(repository, imageIdOf(id));
  throw new InvalidParameterException(found.failureReason ?? "The imageId is not valid.");
};

/** As `imageIn`, of the images there are now. */
export const findImage = async (
  { images }: Pick<EcrDeps, "images">,
  repository: RepositoryRef,
  id: ImageIdentifier,
): Promise<Image> => imageIn(await images.list(repository), repository, id);

import { findRepository } from "../find-repository.ts";
import {
  ImageAlreadyExistsException,
  ImageDigestDoesNotMatchException,
  InvalidParameterException,
  LayersNotFoundException,
  ReferencedImagesNotFoundException,
} from "../model/errors.ts";
import { INDEX_MEDIA_TYPES, ownMediaType, readManifest } from "../model/manifest.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";
import { checkPush, pushImage } from "../push-image.ts";
import { holdUpload } from "../upload-gate.ts";
import { named } from "./as-repository.ts";

/** An image made of layers that are there, or another tag for one that is. */
export const putImageOperations = (deps: EcrDeps): EcrOperations<"PutImage"> => ({
  async PutImage({ imageManifest, imageManifestMediaType, imageTag, imageDigest, ...asked }, caller) {
    const { repository } = await findRepository(deps, asked, caller, "ecr:PutImage");
    const bytes = Buffer.from(imageManifest);
    const mediaType = imageManifestMediaType ?? ownMediaType(bytes);
    if (mediaType === undefined)
      throw new InvalidParameterException("The manifest names no mediaType, so imageManifestMediaType is required.");
    const { digest } = readManifest(bytes, mediaType);
    if (imageDigest !== undefined && imageDigest !== digest)
      throw new ImageDigestDoesNotMatchException(imageDigest, digest);
    const pushed = { digest, mediaType, bytes, ...(imageTag !== undefined && { tag: imageTag }) };

    const release = await holdUpload(deps);
    try {
      await checkPush(deps, repository, pushed);
      const kept = await deps.store.manifests.put(repository, digest, mediaType, bytes);
      if (kept.type === "missing")
        throw INDEX_MEDIA_TYPES.includes(mediaType)
          ? new ReferencedImagesNotFoundException(repository, kept.digests)
          : new LayersNotFoundException(repository, kept.digests);
      if (kept.type === "invalid") throw new InvalidParameterException(`The manifest is refused: ${kept.why}`);
      const { outcome } = await pushImage(deps, repository, pushed);
      if (outcome.type === "same") throw new ImageAlreadyExistsException(repository, digest, imageTag);
    } finally {
      release();
    }
    return {
      image: {
        ...named(repository),
        imageId: { imageDigest: digest, ...(imageTag !== undefined && { imageTag }) },
        imageManifest,
        imageManifestMediaType: mediaType,
      },
    };
  },
});

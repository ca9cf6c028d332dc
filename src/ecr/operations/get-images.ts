import type { Image as EcrImage, ImageFailure, Layer, LayerFailure } from "@aws-sdk/client-ecr";
import type { Caller } from "../../kernel/operation.ts";
import { findRepository } from "../find-repository.ts";
import { LayersNotFoundException } from "../model/errors.ts";
import { checkImageIds, failureOf, imageOfId, isFailure, notFound } from "../model/image-ids.ts";
import { isDigest } from "../model/names.ts";
import { makeToken, TOKEN_MS } from "../model/registry-token.ts";
import { repositoryUri } from "../model/repository.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";
import { named } from "./as-repository.ts";

/** Manifests and layers, as somebody who pulls asks for them. */
export const getImageOperations = (
  deps: EcrDeps,
): EcrOperations<"BatchGetImage" | "BatchCheckLayerAvailability" | "GetDownloadUrlForLayer"> => ({
  async BatchGetImage({ imageIds, acceptedMediaTypes, ...asked }, caller) {
    checkImageIds(imageIds);
    const { repository } = await findRepository(deps, asked, caller, "ecr:BatchGetImage", "read");
    const all = await deps.images.list(repository);
    const images: EcrImage[] = [];
    const failures: ImageFailure[] = [];
    for (const id of imageIds) {
      const found = imageOfId(all, id);
      if (isFailure(found)) {
        failures.push(found);
        continue;
      }
      // ECR would convert a manifest to an older kind; what is not accepted is not there.
      const isAccepted = acceptedMediaTypes === undefined || acceptedMediaTypes.includes(found.mediaType);
      const manifest = isAccepted ? await deps.store.manifests.get(repository, found.digest) : undefined;
      if (!manifest) {
        failures.push(
          isAccepted
            ? notFound(id)
            : failureOf(
                id,
                "ImageNotFound",
                `The image is of media type ${found.mediaType}, which acceptedMediaTypes does not name`,
              ),
        );
        continue;
      }
      await deps.images.recordPull(repository, found.digest, deps.clock.now());
      images.push({
        ...named(repository),
        imageId: { imageDigest: found.digest, ...(id.imageTag !== undefined && { imageTag: id.imageTag }) },
        imageManifest: manifest.bytes.toString(),
        imageManifestMediaType: found.mediaType,
      });
    }
    return { images, failures };
  },

  async BatchCheckLayerAvailability({ layerDigests, ...asked }, caller) {
    const { repository } = await findRepository(deps, asked, caller, "ecr:BatchCheckLayerAvailability", "read");
    const layers: Layer[] = [];
    const failures: LayerFailure[] = [];
    for (const layerDigest of layerDigests) {
      if (!isDigest(layerDigest)) {
        const failureReason = `Invalid layer digest: '${layerDigest}'`;
        failures.push({ layerDigest, failureCode: "InvalidLayerDigest", failureReason });
        continue;
      }
      const layerSize = await deps.store.blobs.size(repository, layerDigest);
      layers.push(
        layerSize === undefined
          ? { layerDigest, layerAvailability: "UNAVAILABLE" }
          : { layerDigest, layerAvailability: "AVAILABLE", layerSize },
      );
    }
    return { layers, failures };
  },

  async GetDownloadUrlForLayer({ layerDigest, ...asked }, caller) {
    const { repository } = await findRepository(deps, asked, caller, "ecr:GetDownloadUrlForLayer", "read");
    const size = isDigest(layerDigest) ? await deps.store.blobs.size(repository, layerDigest) : undefined;
    if (size === undefined) throw new LayersNotFoundException(repository, [layerDigest]);
    const path = repositoryUri("", deps.defaults, repository);
    return {
      downloadUrl: `http://AWS:${pullToken(deps, caller)}@${deps.host}/v2${path}/blobs/${layerDigest}`,
      layerDigest,
    };
  },
});

/** The registry's door wants to know who asks for the layer, and such a URL tells it; it pulls and does not push. */
const pullToken = ({ clock, secret }: EcrDeps, { account, region, principal }: Caller): string =>
  makeToken({ account, region, principal, right: "pull", expiresAt: clock.now() + TOKEN_MS }, secret);

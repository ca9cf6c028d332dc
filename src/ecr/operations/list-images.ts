import type { ImageDetail, ImageIdentifier, ListImagesFilter } from "@aws-sdk/client-ecr";
import { imageIn } from "../find-image.ts";
import { findRepository } from "../find-repository.ts";
import type { Image } from "../model/image.ts";
import { checkImageIds } from "../model/image-ids.ts";
import { pageOfSorted, refusePageOfNamed } from "../model/pages.ts";
import type { RepositoryRecord } from "../model/repository.ts";
import type { EcrDeps, EcrOperations } from "../ports.ts";
import { named } from "./as-repository.ts";

/** What images there are. */
export const listImageOperations = (deps: EcrDeps): EcrOperations<"ListImages" | "DescribeImages"> => ({
  async ListImages({ filter, nextToken, maxResults, ...asked }, caller) {
    const { repository } = await findRepository(deps, asked, caller, "ecr:ListImages", "read");
    const images = (await deps.images.list(repository)).filter(isWanted(filter));
    const ids = images.flatMap(idsOf).sort((a, b) => (keyOfId(a) < keyOfId(b) ? -1 : 1));
    const { items, ...rest } = pageOfSorted("images", ids, keyOfId, { nextToken, maxResults });
    return { imageIds: items, ...rest };
  },

  async DescribeImages({ imageIds, filter, nextToken, maxResults, ...asked }, caller) {
    const page = { nextToken, maxResults };
    refusePageOfNamed("imageIds", imageIds, page);
    const { repository } = await findRepository(deps, asked, caller, "ecr:DescribeImages", "read");
    const images = await deps.images.list(repository);
    if (imageIds !== undefined) {
      checkImageIds(imageIds);
      const found = new Set(imageIds.map((id) => imageIn(images, repository, id)).filter(isWanted(filter)));
      return { imageDetails: [...found].map((image) => asDetail(repository, image)) };
    }
    const wanted = images.filter(isWanted(filter)).sort((a, b) => (keyOfImage(a) < keyOfImage(b) ? -1 : 1));
    const { items, ...rest } = pageOfSorted("image-details", wanted, keyOfImage, page);
    return { imageDetails: items.map((image) => asDetail(repository, image)), ...rest };
  },
});

/** The oldest first: what is pushed while somebody pages comes last. */
const keyOfImage = ({ pushedAt, digest }: Image): string => `${String(pushedAt).padStart(15, "0")} ${digest}`;
const keyOfId = ({ imageTag = "", imageDigest = "" }: ImageIdentifier): string => `${imageTag} ${imageDigest}`;

const idsOf = ({ digest, tags }: Image): ImageIdentifier[] =>
  tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));

/** By tags; and no image is ever archived here, so none is found where those are asked for. */
const isWanted =
  ({ tagStatus = "ANY", imageStatus = "ACTIVE" }: ListImagesFilter = {}) =>
  ({ tags }: Image): boolean =>
    (imageStatus === "ACTIVE" || imageStatus === "ANY") &&
    (tagStatus === "ANY" || (tagStatus === "TAGGED") === tags.length > 0);

const asDetail = (repository: RepositoryRecord, image: Image): ImageDetail => ({
  ...named(repository),
  imageDigest: image.digest,
  ...(image.tags.length > 0 && { imageTags: [...image.tags] }),
  imageSizeInBytes: image.sizeInBytes,
  imagePushedAt: new Date(image.pushedAt),
  imageManifestMediaType: image.mediaType,
  ...(image.artifactMediaType !== undefined && { artifactMediaType: image.artifactMediaType }),
  ...(image.pulledAt !== undefined && { lastRecordedPullTime: new Date(image.pulledAt) }),
  ...(image.subject !== undefined && { subjectManifestDigest: image.subject }),
  imageStatus: "ACTIVE",
});

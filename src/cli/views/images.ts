import type { ImageDetail, Repository } from "@aws-sdk/client-ecr";
import { table } from "./table.ts";
import { ago, bytes, shortDigest } from "./words.ts";

/** A repository with what is in it. */
export interface FilledRepository {
  readonly repository: Repository;
  readonly images: readonly ImageDetail[];
}

/** Layers that images share are counted for each of them. */
export const sizeOf = (images: readonly ImageDetail[]): number =>
  images.reduce((sum, { imageSizeInBytes = 0 }) => sum + imageSizeInBytes, 0);

const mutabilityOf = ({
  imageTagMutability,
  imageTagMutabilityExclusionFilters: excluded = [],
}: Repository): string | undefined =>
  excluded.length === 0
    ? imageTagMutability
    : `${imageTagMutability?.replace(/_WITH_EXCLUSION$/, "")} but ${excluded.map(({ filter }) => filter).join(" ")}`;

/** The repositories of an account and region. */
export const repositoriesTable = (filled: readonly FilledRepository[], now: number): string => {
  const rows = filled.map(({ repository, images }) => [
    repository.repositoryName,
    images.length,
    bytes(sizeOf(images)),
    mutabilityOf(repository),
    ago(images[0]?.imagePushedAt, now),
    repository.repositoryUri,
  ]);
  return table(["REPOSITORY", "IMAGES", "SIZE", "TAGS", "PUSHED", "DOCKER PUSH TO"], rows);
};

/** The images of one repository. */
export const imagesTable = (images: readonly ImageDetail[], now: number): string => {
  const rows = images.map((image) => [
    image.imageTags?.join(" "),
    shortDigest(image.imageDigest),
    image.imageSizeInBytes === undefined ? undefined : bytes(image.imageSizeInBytes),
    ago(image.imagePushedAt, now),
    ago(image.lastRecordedPullTime, now),
    image.imageManifestMediaType,
  ]);
  return table(["TAGS", "DIGEST", "SIZE", "PUSHED", "PULLED", "MEDIA TYPE"], rows);
};

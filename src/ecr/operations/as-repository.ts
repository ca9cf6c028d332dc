import type { ImageTagMutabilityExclusionFilter, Repository } from "@aws-sdk/client-ecr";
import { type RepositoryRecord, repositoryArn, repositoryUri } from "../model/repository.ts";
import type { EcrDeps } from "../ports.ts";

/** Exclusion filters as ECR answers them; absent where there are none. */
export const asFilters = (
  exclusions: readonly string[],
): { imageTagMutabilityExclusionFilters?: ImageTagMutabilityExclusionFilter[] } =>
  exclusions.length === 0
    ? {}
    : { imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({ filterType: "WILDCARD", filter })) };

/** A repository as ECR answers it. */
export const asRepository = (
  repository: RepositoryRecord,
  { host, defaults }: Pick<EcrDeps, "host" | "defaults">,
): Repository => ({
  repositoryArn: repositoryArn(repository),
  registryId: repository.account,
  repositoryName: repository.name,
  repositoryUri: repositoryUri(host, defaults, repository),
  createdAt: new Date(repository.createdAt),
  imageTagMutability: repository.mutability,
  ...asFilters(repository.exclusions),
  imageScanningConfiguration: { scanOnPush: false },
  encryptionConfiguration: { encryptionType: "AES256" },
});

/** How answers name the repository they are about. */
export const named = ({ account, name }: Pick<RepositoryRecord, "account" | "name">) => ({
  registryId: account,
  repositoryName: name,
});

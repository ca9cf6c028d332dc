import type { CreateRepositoryRequest, ImageTagMutabilityExclusionFilter } from "@aws-sdk/client-ecr";
import { NotBuiltError } from "../../kernel/errors.ts";
import { InvalidParameterException, invalidParameter } from "./errors.ts";
import type { RepositoryRecord, TagMutability } from "./repository.ts";

const MAX_FILTERS = 5;
const FILTER = /^[0-9a-zA-Z._*-]{1,128}$/;
const MAX_WILDCARDS = 2;

/** Throws InvalidParameterException where filters and mutability do not go together, or a filter is none. */
export const readMutability = (
  mutability: TagMutability = "MUTABLE",
  filters: readonly ImageTagMutabilityExclusionFilter[] | undefined,
): Pick<RepositoryRecord, "mutability" | "exclusions"> => {
  const needsFilters = mutability.endsWith("_WITH_EXCLUSION");
  const exclusions = (filters ?? []).map(({ filter = "" }) => filter);
  if (needsFilters && exclusions.length === 0)
    throw new InvalidParameterException(
      `imageTagMutabilityExclusionFilters are required where imageTagMutability is ${mutability}.`,
    );
  if (!needsFilters && filters !== undefined && filters.length > 0)
    throw new InvalidParameterException(
      `imageTagMutabilityExclusionFilters cannot be given where imageTagMutability is ${mutability}.`,
    );
  if (exclusions.length > MAX_FILTERS)
    throw invalidParameter(
      "imageTagMutabilityExclusionFilters",
      `must have length less than or equal to ${MAX_FILTERS}`,
    );
  for (const filter of exclusions) {
    if (!FILTER.test(filter))
      throw invalidParameter("imageTagMutabilityExclusionFilters", `'${filter}' must satisfy '${FILTER.source}'`);
    if (filter.split("*").length > MAX_WILDCARDS + 1)
      throw invalidParameter(
        "imageTagMutabilityExclusionFilters",
        `'${filter}' has more than ${MAX_WILDCARDS} wildcards`,
      );
  }
  return { mutability, exclusions };
};

/** Refuses by name what would be ignored. Throws NotBuiltError. */
export const refuseUnbuilt = ({
  imageScanningConfiguration,
  encryptionConfiguration,
}: CreateRepositoryRequest): void => {
  if (imageScanningConfiguration?.scanOnPush)
    throw new NotBuiltError("imageScanningConfiguration.scanOnPush (there is no scanner)");
  if (encryptionConfiguration?.encryptionType !== undefined && encryptionConfiguration.encryptionType !== "AES256")
    throw new NotBuiltError(`encryptionConfiguration.encryptionType ${encryptionConfiguration.encryptionType}`);
  if (encryptionConfiguration?.kmsKey !== undefined) throw new NotBuiltError("encryptionConfiguration.kmsKey");
};

import type { RepositoryRecord } from "./repository.ts";
import { matchesWildcard } from "./wildcard.ts";

/** Whether a tag, once set, stays with its image. */
export const isImmutable = (
  { mutability, exclusions }: Pick<RepositoryRecord, "mutability" | "exclusions">,
  tag: string,
): boolean => {
  const isExcluded = exclusions.some((pattern) => matchesWildcard(pattern, tag));
  switch (mutability) {
    case "MUTABLE":
      return false;
    case "IMMUTABLE":
      return true;
    case "MUTABLE_WITH_EXCLUSION":
      return isExcluded;
    case "IMMUTABLE_WITH_EXCLUSION":
      return !isExcluded;
  }
};

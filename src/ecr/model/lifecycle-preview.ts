import type { LifecyclePreview } from "./documents.ts";
import type { LifecycleVerdict } from "./lifecycle.ts";

/** What a preview keeps of an evaluation: the images that would go, in the order of their digests. */
export const previewOf = (policyText: string, verdicts: readonly LifecycleVerdict[]): LifecyclePreview => ({
  policyText,
  expiring: verdicts
    .filter(({ expires }) => expires)
    .map(({ image: { digest, tags, pushedAt }, rulePriority = 0 }) => ({ digest, tags, pushedAt, rulePriority }))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1)),
});

import type { LifecycleAnswer } from "../answers.ts";
import { table } from "./table.ts";
import { ago, counted, shortDigest } from "./words.ts";

/** What a lifecycle policy did with each image, or would do: those that go first, then the newest first. */
export const lifecycleText = (images: readonly LifecycleAnswer[], isPreview: boolean, now: number): string => {
  if (images.length === 0) return "There are no images.";
  const inOrder = images.toSorted((a, b) => Number(b.expired) - Number(a.expired) || b.imagePushedAt - a.imagePushedAt);
  const [gone, stays] = isPreview ? ["would expire", "would stay"] : ["expired", "kept"];
  const rows = inOrder.map(({ imageTags, imageDigest, imagePushedAt, expired, rulePriority, reason }) => [
    imageTags.join(" "),
    shortDigest(imageDigest),
    ago(imagePushedAt, now),
    expired ? gone : stays,
    rulePriority,
    reason,
  ]);
  const count = images.filter(({ expired }) => expired).length;
  const sentence = `${count} of ${counted(images.length, "image")} ${isPreview ? "would expire" : "expired"}.`;
  return `${table(["TAGS", "DIGEST", "PUSHED", "VERDICT", "RULE", "WHY"], rows)}\n\n${sentence}`;
};

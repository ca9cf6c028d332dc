import type { Image } from "./image.ts";
import type { LifecycleRule, Limit } from "./lifecycle-policy.ts";
import { matchesWildcard } from "./wildcard.ts";

/** What comes of an image, and why. */
export interface LifecycleVerdict {
  readonly image: Image;
  readonly expires: boolean;
  /** The rule that took or kept it; absent where none selects it, or where it goes by what it belongs to. */
  readonly rulePriority?: number;
  readonly reason: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether a rule looks at the image: an image with any tags is tagged. */
const isSelected = ({ selection }: Pick<LifecycleRule, "selection">, { tags }: Pick<Image, "tags">): boolean => {
  if (selection.tagStatus === "any") return true;
  if (selection.tagStatus === "untagged") return tags.length === 0;
  const { prefixes, patterns } = selection;
  return (
    prefixes.every((prefix) => tags.some((tag) => tag.startsWith(prefix))) &&
    patterns.every((pattern) => tags.some((tag) => matchesWildcard(pattern, tag)))
  );
};

/**
 * What the rules (by priority) make of a repository's images at `now`, as ECR's user guide says it ("How lifecycle policies work"): every rule looks at
 * all images it selects, those included that a rule before it takes; an image is taken only by the first rule that selects it; the older goes first; and
 * what an index names stays until the index is gone. What refers to an image of the repository goes with that image.
 */
export const judge = (rules: readonly LifecycleRule[], images: readonly Image[], now: number): LifecycleVerdict[] => {
  const present = new Map(images.map((image) => [image.digest, image]));
  const indexOf = new Map(images.flatMap(({ digest, children }) => children.map((child) => [child, digest] as const)));
  const isAttached = ({ subject, digest }: Image) =>
    subject !== undefined && subject !== digest && present.has(subject);
  const newestFirst = images.filter((image) => !isAttached(image)).sort(byAge);
  const placesOf = new Map(rules.map((rule) => [rule, places(newestFirst.filter((image) => isSelected(rule, image)))]));

  const own = (image: Image): LifecycleVerdict => {
    const rule = rules.find((one) => isSelected(one, image));
    if (!rule) return { image, expires: false, reason: "no rule selects it" };
    const verdict = { image, rulePriority: rule.priority };
    const { isOver, reason } = measure(rule.limit, image, placesOf.get(rule) ?? new Map(), now);
    const index = indexOf.get(image.digest);
    if (isOver && index !== undefined)
      return { ...verdict, expires: false, reason: `index ${index} names it, and has to go first` };
    return { ...verdict, expires: isOver, reason };
  };

  const verdictOf = new Map(newestFirst.map((image) => [image.digest, own(image)]));
  const settle = (image: Image, seen: ReadonlySet<string>): LifecycleVerdict => {
    const known = verdictOf.get(image.digest);
    if (known) return known;
    const subject = present.get(image.subject ?? "");
    // Two that name each other would need a hash to hold its own hash; should a store say so all the same, they stay.
    if (!subject || seen.has(subject.digest))
      return { image, expires: false, reason: "what it refers to is not clear" };
    const { expires } = settle(subject, new Set([...seen, image.digest]));
    const reason = expires
      ? `it refers to ${subject.digest}, which expires`
      : `it refers to ${subject.digest}, which stays`;
    return { image, expires, reason };
  };
  return images.map((image) => settle(image, new Set()));
};

/** The newest first; of one moment in the order of their digests, so that every evaluation agrees. */
const byAge = (a: Image, b: Image): number => b.pushedAt - a.pushedAt || (a.digest < b.digest ? -1 : 1);

/** Places of images in that order, from 1, by digest. */
const places = (images: readonly Image[]): ReadonlyMap<string, number> =>
  new Map(images.map(({ digest }, index) => [digest, index + 1]));

const measure = (
  limit: Limit,
  image: Image,
  places: ReadonlyMap<string, number>,
  now: number,
): { readonly isOver: boolean; readonly reason: string } => {
  if (limit.type === "imageCountMoreThan") {
    const place = places.get(image.digest) ?? 0;
    const isOver = place > limit.count;
    return { isOver, reason: `it is number ${place} of ${places.size} from the newest, and ${limit.count} are kept` };
  }
  const isPulled = limit.type === "sinceImagePulled" && image.pulledAt !== undefined;
  const since = isPulled ? (image.pulledAt ?? image.pushedAt) : image.pushedAt;
  const isOver = now - since > limit.days * DAY_MS;
  const days = Math.floor(Math.max(0, now - since) / DAY_MS);
  return { isOver, reason: `it was ${isPulled ? "pulled" : "pushed"} ${days} days ago, and ${limit.days} are kept` };
};

import { shortDigest } from "../views/words.ts";
import type { ImagesSight, SeenImage, SeenRepository } from "./images-sight.ts";

type Check = (sight: ImagesSight) => string | undefined;

/** A check that begins with a repository: without it, that is what is missing. */
const inRepository =
  (name: string, check: (repository: SeenRepository, sight: ImagesSight) => string | undefined): Check =>
  (sight) => {
    const repository = sight.repositories.find((one) => one.name === name);
    return repository ? check(repository, sight) : `there is no repository ${name}`;
  };

const tagged = ({ images }: SeenRepository, tag: string): SeenImage | undefined =>
  images.find(({ tags }) => tags.includes(tag));

const untagged = ({ images }: SeenRepository): SeenImage[] => images.filter(({ tags }) => tags.length === 0);

export const hasTag = (name: string, tag: string): Check =>
  inRepository(name, (repository) => (tagged(repository, tag) ? undefined : `${name} has no image tagged ${tag}`));

/** Two tags name one image. */
export const share = (name: string, tag: string, other: string): Check =>
  inRepository(name, (repository) => {
    const [one, two] = [tagged(repository, tag), tagged(repository, other)];
    if (!one || !two) return `${name} has no image tagged ${one ? other : tag}`;
    return one.digest === two.digest
      ? undefined
      : `${tag} is ${shortDigest(one.digest)}, and ${other} is ${shortDigest(two.digest)}: two images`;
  });

/** A tag went from one image to another, which is left without any. */
export const hasMoved = (name: string, tag: string): Check =>
  inRepository(name, (repository) => {
    if (!tagged(repository, tag)) return `${name} has no image tagged ${tag}`;
    return untagged(repository).length > 0
      ? undefined
      : `no image has lost the tag ${tag}: push it once more, with other content`;
  });

/** An image without a tag ran, asked for by its digest, and ended with 0. */
export const ranByDigest = (name: string): Check =>
  inRepository(name, (repository, { runs }) => {
    const named = runs.filter(({ image }) => image.includes(`/${name}@sha256:`));
    if (named.length === 0) return `no task of the last hour names its image ${name}@sha256:…`;
    const lost = new Set(untagged(repository).map(({ digest }) => digest));
    const ran = named.filter(({ imageDigest }) => imageDigest !== undefined && lost.has(imageDigest));
    if (ran.length === 0) return "it ran an image that has a tag, or is gone: take the digest of the one without";
    return ran.some(({ exitCode }) => exitCode === 0) ? undefined : "its task has not ended with 0";
  });

/** Tags cannot be moved, and that one still stands where `other` does. */
export const isImmutable = (name: string, tag: string, other: string): Check =>
  inRepository(name, (repository, sight) =>
    repository.mutability === "IMMUTABLE"
      ? share(name, tag, other)(sight)
      : `the tags of ${name} are ${repository.mutability}`,
  );

/** A policy was carried out: the last ones are there, the one before them is gone. */
export const wasExpired = (name: string, gone: string, kept: readonly string[]): Check =>
  inRepository(name, (repository) => {
    const lacking = kept.find((tag) => !tagged(repository, tag));
    if (lacking) return `${name} has no image tagged ${lacking}`;
    if (!repository.lifecycle) return `${name} has no lifecycle policy`;
    if (!repository.lifecycle.hasRun) return "its policy has not run since it was put";
    return tagged(repository, gone) ? `${gone} is still there: read berth images expire --preview ${name}` : undefined;
  });

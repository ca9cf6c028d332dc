import { lookUpRepository } from "./find-repository.ts";
import {
  ImageTagAlreadyExistsException,
  ReferencedImagesNotFoundException,
  RepositoryNotFoundException,
} from "./model/errors.ts";
import type { PutOutcome } from "./model/image.ts";
import { type Manifest, readManifest } from "./model/manifest.ts";
import { isImmutable } from "./model/mutability.ts";
import { checkTag } from "./model/names.ts";
import { homeOf, type RepositoryRef } from "./model/repository.ts";
import type { EcrDeps, PushedManifest } from "./ports.ts";

type Deps = Pick<EcrDeps, "repositories" | "images" | "defaults" | "clock">;

/** Attempts before giving up: each lost one means that somebody changed the repository meanwhile. */
const ATTEMPTS = 20;

/**
 * Throws where the manifest may not become an image under that tag: it is none, or the tag is immutable and taken. Afterwards it may be kept in
 * the blob store; `pushImage` makes it an image, or the next collection takes it.
 */
export const checkPush = async (deps: Deps, asked: RepositoryRef, pushed: PushedManifest): Promise<void> => {
  const found = await lookUpRepository(deps, asked);
  if (!found) throw new RepositoryNotFoundException(asked);
  const { digest } = readManifest(pushed.bytes, pushed.mediaType);
  const { tag } = pushed;
  if (tag !== undefined) {
    checkTag(tag);
    const holder = await deps.images.resolve(found.repository, tag);
    if (holder !== undefined && holder !== digest && isImmutable(found.repository, tag))
      throw new ImageTagAlreadyExistsException(asked, tag);
  }
  await deps.images.announce(found.repository, digest);
};

/**
 * The one move that makes a kept manifest an image. Throws ImageTagAlreadyExistsException, ReferencedImagesNotFoundException and
 * RepositoryNotFoundException; then nothing has changed.
 */
export const pushImage = async (
  deps: Deps,
  asked: RepositoryRef,
  { bytes, mediaType, tag }: PushedManifest,
): Promise<{ readonly manifest: Manifest; readonly outcome: PutOutcome }> => {
  const { config: _, ...manifest } = readManifest(bytes, mediaType);
  const repository = homeOf(asked, deps.defaults);
  const sizeInBytes = manifest.children.length > 0 ? await largestOf(deps, repository, manifest) : manifest.sizeInBytes;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await lookUpRepository(deps, repository);
    if (!found) throw new RepositoryNotFoundException(asked);
    const outcome = await deps.images.put({
      repository,
      version: found.version,
      image: { ...manifest, sizeInBytes, pushedAt: deps.clock.now() },
      isImmutable: tag !== undefined && isImmutable(found.repository, tag),
      ...(tag !== undefined && { tag }),
    });
    if (outcome.type === "tag-exists") throw new ImageTagAlreadyExistsException(asked, tag ?? "");
    if (outcome.type === "missing") throw new ReferencedImagesNotFoundException(asked, [outcome.digest]);
    if (outcome.type !== "stale") return { manifest, outcome };
  }
  throw new Error(`repository ${asked.name} changed ${ATTEMPTS} times while an image was pushed`);
};

const largestOf = async (deps: Deps, repository: RepositoryRef, { children }: Manifest): Promise<number> => {
  const images = await deps.images.list(repository);
  return Math.max(0, ...images.flatMap(({ digest, sizeInBytes }) => (children.includes(digest) ? [sizeInBytes] : [])));
};

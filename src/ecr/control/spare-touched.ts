import { digestOfBytes } from "../model/manifest.ts";
import { repositoryId } from "../model/repository.ts";
import { SPARING_MEDIA_TYPE, sparingManifest } from "../model/sparing-manifest.ts";
import type { EcrDeps, Stowed } from "../ports.ts";
import { presentBlobs } from "./remove-doomed.ts";

/** How long a blob is spared that no image names yet: a push of many layers names them last. */
const SPARED_MS = 60 * 60 * 1000;

/**
 * Keeps the collector from blobs of pushes under way, by a manifest in each repository that names them; and tells which were touched too long ago.
 * `release` takes the manifests out again.
 */
export const spareTouched = async (
  { images, collection, store }: Pick<EcrDeps, "images" | "collection" | "store">,
  now: number,
): Promise<{ readonly forgotten: Stowed[]; release(): Promise<void> }> => {
  const touched = await collection.touched();
  const recent = touched.filter(({ at }) => at >= now - SPARED_MS);
  const put: Stowed[] = [];
  for (const blobs of byRepository(recent).values()) {
    const present = await presentBlobs(store, blobs);
    const repository = blobs[0]?.repository;
    if (present.length === 0 || !repository) continue;
    const bytes = sparingManifest(present);
    const digest = digestOfBytes(bytes);
    // Should this process die, the next collection finds it among the manifests without an image.
    await images.announce(repository, digest);
    await store.manifests.put(repository, digest, SPARING_MEDIA_TYPE, bytes);
    put.push({ repository, digest });
  }
  await collection.forgetTouched(now - SPARED_MS);
  return {
    forgotten: touched.filter(({ at }) => at < now - SPARED_MS),
    async release() {
      for (const one of put) {
        await store.manifests.remove(one.repository, one.digest);
        await collection.forgetDoomed(one);
      }
    },
  };
};

const byRepository = (some: readonly Stowed[]): Map<string, Stowed[]> => {
  const grouped = new Map<string, Stowed[]>();
  for (const one of some) {
    const id = repositoryId(one.repository);
    const known = grouped.get(id);
    if (known) known.push(one);
    else grouped.set(id, [one]);
  }
  return grouped;
};

import { readManifest } from "../model/manifest.ts";
import type { BlobStore, EcrDeps, Stowed } from "../ports.ts";

/** Takes manifests that no image stands for out of the blob store, so that the collector does not spare what they name. */
export const removeDoomed = async ({
  images,
  collection,
  store,
}: Pick<EcrDeps, "images" | "collection" | "store">): Promise<{ manifests: number; candidates: Stowed[] }> => {
  const candidates: Stowed[] = [];
  let manifests = 0;
  for (const one of await collection.doomed()) {
    const { repository, digest } = one;
    // The moves keep the two apart; should they ever not, the image is what counts.
    const isImage = (await images.resolve(repository, digest)) !== undefined;
    const manifest = isImage ? undefined : await store.manifests.get(repository, digest);
    if (manifest) {
      const { blobs } = readManifest(manifest.bytes, manifest.mediaType);
      candidates.push(...blobs.map((blob) => ({ repository, digest: blob })));
      await store.manifests.remove(repository, digest);
      manifests += 1;
    }
    await collection.forgetDoomed(one);
  }
  return { manifests, candidates };
};

/** Those of the blobs that are there, each digest once, with their sizes in bytes. */
export const presentBlobs = async (
  { blobs }: Pick<BlobStore, "blobs">,
  some: readonly Stowed[],
): Promise<(Stowed & { readonly size: number })[]> => {
  const present = new Map<string, Stowed & { readonly size: number }>();
  for (const { repository, digest } of some) {
    if (present.has(digest)) continue;
    const size = await blobs.size(repository, digest);
    if (size !== undefined) present.set(digest, { repository, digest, size });
  }
  return [...present.values()];
};

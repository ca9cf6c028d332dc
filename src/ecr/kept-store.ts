import { homeOf, type RepositoryRef } from "./model/repository.ts";
import type { BlobStore, EcrDeps } from "./ports.ts";

/**
 * The blob store as pushes use it: a blob that was uploaded, mounted or found there is spared by collections for a while, because the manifest that
 * names it comes last; and base images have one home.
 */
export const keptStore = ({
  store,
  collection,
  clock,
  defaults,
}: Pick<EcrDeps, "store" | "collection" | "clock" | "defaults">): BlobStore => {
  const { blobs, uploads, manifests } = store;
  const home = (repository: RepositoryRef) => homeOf(repository, defaults);
  const touch = (repository: RepositoryRef, digest: string) =>
    collection.touch({ repository: home(repository), digest }, clock.now());
  return {
    blobs: {
      async size(repository, digest) {
        const size = await blobs.size(home(repository), digest);
        if (size !== undefined) await touch(repository, digest);
        return size;
      },
      read: (repository, digest, range) => blobs.read(home(repository), digest, range),
      ...(blobs.send && { send: (repository, ...more) => blobs.send!(home(repository), ...more) }),
    },
    uploads: {
      begin: (repository) => uploads.begin(home(repository)),
      status: (repository, upload) => uploads.status(home(repository), upload),
      append: (repository, upload, bytes) => uploads.append(home(repository), upload, bytes),
      cancel: (repository, upload) => uploads.cancel(home(repository), upload),
      async finish(repository, upload, digest) {
        await touch(repository, digest);
        return uploads.finish(home(repository), upload, digest);
      },
      async mount(repository, from, digest) {
        await touch(repository, digest);
        return uploads.mount(home(repository), home(from), digest);
      },
    },
    manifests: {
      put: (repository, digest, mediaType, bytes) => manifests.put(home(repository), digest, mediaType, bytes),
      get: (repository, digest) => manifests.get(home(repository), digest),
      remove: (repository, digest) => manifests.remove(home(repository), digest),
    },
    collect: () => store.collect(),
  };
};

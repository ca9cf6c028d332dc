import type { Caller } from "../../kernel/operation.ts";
import { findImage } from "../find-image.ts";
import { findRepository } from "../find-repository.ts";
import { ImageNotFoundException, UnsupportedImageTypeException } from "../model/errors.ts";
import type { Image } from "../model/image.ts";
import type { InstalledPackage } from "../model/package-list.ts";
import type { RepositoryRef } from "../model/repository.ts";
import type { EcrDeps } from "../ports.ts";
import { type LayerDescriptor, readPackages } from "./read-packages.ts";

/** Lists kept: a digest always means the same, so nothing goes out of date. */
const KEPT = 200;

/** The packages of an image by tag or digest; of an index of its first image. Throws ImageNotFoundException, UnsupportedImageTypeException. */
export type ImagePackages = (
  repositoryName: string,
  reference: string,
  caller: Caller,
) => Promise<{ readonly digest: string; readonly packages: readonly InstalledPackage[] }>;

export const imagePackages = (deps: EcrDeps): ImagePackages => {
  const known = new Map<string, Promise<InstalledPackage[]>>();

  const packagesOf = (repository: RepositoryRef, digest: string): Promise<InstalledPackage[]> => {
    const found = known.get(digest);
    if (found) return found;
    const reading = layersOf(deps, repository, digest).then((layers) => readPackages(deps.store, repository, layers));
    known.set(digest, reading);
    // What failed is tried again by whoever asks next.
    reading.catch(() => known.delete(digest));
    const [oldest] = known.keys();
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
    return reading;
  };

  return async (repositoryName, reference, caller) => {
    const { repository } = await findRepository(deps, { repositoryName }, caller, "ecr:BatchGetImage", "read");
    const id = reference.includes(":") ? { imageDigest: reference } : { imageTag: reference };
    const image = await imageItself(deps, repository, await findImage(deps, repository, id));
    return { digest: image.digest, packages: await packagesOf(repository, image.digest) };
  };
};

const imageItself = async (deps: EcrDeps, repository: RepositoryRef, image: Image): Promise<Image> => {
  const [first] = image.children;
  return first === undefined ? image : findImage(deps, repository, { imageDigest: first });
};

const layersOf = async ({ store }: EcrDeps, repository: RepositoryRef, digest: string): Promise<LayerDescriptor[]> => {
  const manifest = await store.manifests.get(repository, digest);
  if (!manifest) throw new ImageNotFoundException(repository, { digest });
  const { layers } = JSON.parse(manifest.bytes.toString()) as { layers?: LayerDescriptor[] };
  if (!layers) throw new UnsupportedImageTypeException(`${digest} has no layers.`);
  return layers;
};

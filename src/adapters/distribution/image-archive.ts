import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import type { Blobs } from "./blobs.ts";
import type { Manifests } from "./manifests.ts";
import type { RepositoryRef } from "./repository-path.ts";

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly architecture?: string; readonly os?: string };
}

interface Image {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** Go's words for what engines call `x86_64` and `aarch64`. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

/**
 * An image in the format of `docker save`, made while it is read: no layer is held in memory. Of an index the image for that architecture.
 * `undefined` where the registry has no such image, or none for the architecture. Throws RegistryUnavailableError; the stream fails where a
 * layer cannot be read.
 */
export const imageArchive = async (
  from: { readonly manifests: Pick<Manifests, "get">; readonly blobs: Pick<Blobs, "read"> },
  repository: RepositoryRef,
  digest: string,
  name: string,
  architecture: string,
): Promise<Readable | undefined> => {
  const image = await imageFor(from.manifests, repository, digest, architecture);
  if (image === undefined) return undefined;
  const archive = pack();
  void fill(archive, from.blobs, repository, image, name).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  return Readable.from(archive, { objectMode: false });
};

const imageFor = async (
  manifests: Pick<Manifests, "get">,
  repository: RepositoryRef,
  digest: string,
  architecture: string,
): Promise<Image | undefined> => {
  const found = await manifests.get(repository, digest);
  if (!found) return undefined;
  const manifest = JSON.parse(found.bytes.toString()) as Image & { readonly manifests?: readonly Descriptor[] };
  if (manifest.manifests === undefined) return manifest;
  const wanted = GO_ARCHITECTURES[architecture] ?? architecture;
  const chosen = manifest.manifests.find(
    ({ platform }) => platform?.os === "linux" && platform.architecture === wanted,
  );
  return chosen && imageFor(manifests, repository, chosen.digest, architecture);
};

const fill = async (
  archive: Pack,
  blobs: Pick<Blobs, "read">,
  repository: RepositoryRef,
  { config, layers }: Image,
  name: string,
): Promise<void> => {
  const configName = `${hexOf(config)}.json`;
  const layerNames = layers.map((layer) => `${hexOf(layer)}/layer.tar`);
  const manifest = JSON.stringify([{ Config: configName, RepoTags: [name], Layers: layerNames }]);
  archive.entry({ name: "manifest.json" }, manifest);
  await addBlob(archive, blobs, repository, config, configName);
  // An image may have the same layer twice.
  const added = new Set<string>();
  for (const [index, layer] of layers.entries()) {
    if (added.has(layer.digest)) continue;
    added.add(layer.digest);
    await addBlob(archive, blobs, repository, layer, layerNames[index]!);
  }
};

const addBlob = async (
  archive: Pack,
  blobs: Pick<Blobs, "read">,
  repository: RepositoryRef,
  { digest, size }: Descriptor,
  name: string,
): Promise<void> => {
  const reading = await blobs.read(repository, digest);
  if (!reading) throw new Error(`${digest} is not in the registry`);
  await pipeline(reading.bytes, archive.entry({ name, size }));
};

const hexOf = ({ digest }: Descriptor): string => digest.slice("sha256:".length);

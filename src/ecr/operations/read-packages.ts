import { PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { UnsupportedImageTypeException } from "../model/errors.ts";
import { type LayerView, layerView, plainPath } from "../model/layer-view.ts";
import { APK_INSTALLED, apkPackages, dpkgPackages, type InstalledPackage } from "../model/package-list.ts";
import type { RepositoryRef } from "../model/repository.ts";
import type { BlobStore } from "../ports.ts";

/** In bytes; a Debian with everything has a tenth of it. */
const LONGEST_LIST = 100_000_000;

/** A layer of a manifest, with the bottommost first. */
export interface LayerDescriptor {
  readonly digest: string;
  readonly mediaType: string;
}

/**
 * What is installed in an image, read out of its layers as they stream by, from the topmost down. Throws UnsupportedImageTypeException for layers
 * that are packed in a way this Node cannot unpack.
 */
export const readPackages = async (
  store: Pick<BlobStore, "blobs">,
  repository: RepositoryRef,
  layers: readonly LayerDescriptor[],
): Promise<InstalledPackage[]> => {
  const view = layerView();
  const packages: InstalledPackage[] = [];
  for (const layer of [...layers].reverse()) {
    if (view.isSettled()) break;
    const reading = await store.blobs.read(repository, layer.digest);
    if (!reading) throw new UnsupportedImageTypeException(`Layer ${layer.digest} is not there any more.`);
    try {
      packages.push(...(await packagesOf(reading.bytes, layer, view)));
    } catch (error) {
      throw isBroken(error)
        ? new UnsupportedImageTypeException(`Layer ${layer.digest} is no tar file packed as ${layer.mediaType}.`)
        : error;
    } finally {
      reading.bytes.destroy();
    }
    view.endLayer();
  }
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1));
};

const packagesOf = async (bytes: Readable, layer: LayerDescriptor, view: LayerView): Promise<InstalledPackage[]> => {
  const packages: InstalledPackage[] = [];
  const tar = extract();
  const reading = pipeline(bytes, unpacking(layer), tar);
  // Whoever reads the entries hears of a broken stream too.
  reading.catch(() => {});
  for await (const entry of tar) {
    const { name, type } = entry.header;
    view.saw(name);
    if (type === "file" && view.wants(name)) {
      if ((entry.header.size ?? 0) > LONGEST_LIST)
        throw new UnsupportedImageTypeException(
          `${name} in layer ${layer.digest} is no list of packages: it is too long.`,
        );
      const content = await text(entry);
      packages.push(...(plainPath(name) === APK_INSTALLED ? apkPackages(content) : dpkgPackages(content)));
    } else entry.resume();
  }
  await reading;
  return packages;
};

/** Whether the layer's own bytes are at fault, and not what brought them. */
const isBroken = (error: unknown): boolean => {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return code.startsWith("Z_") || /Invalid tar|Unexpected end of data/.test(message);
};

const unpacking = ({ mediaType, digest }: LayerDescriptor) => {
  if (/[.+]gzip$/.test(mediaType)) return createGunzip();
  if (/[.]tar$/.test(mediaType)) return new PassThrough();
  throw new UnsupportedImageTypeException(
    `Layer ${digest} is of media type ${mediaType}; packages are read from gzip and plain tar layers.`,
  );
};

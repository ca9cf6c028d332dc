import { createHash, type Hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { readSavedImage } from "../adapters/files/saved-image.ts";
import type { BlobStore } from "../ecr/index.ts";
import type { RepositoryRef, Rules, Upload } from "../http/registry/ports.ts";
import type { Scope } from "../kernel/scope.ts";

/** Named as the set-up names them: `berth/busybox` is made of `busybox.tar`, by the recipe in `busybox.tar.recipe`. */
const BASE_IMAGES = ["busybox", "node"];
const TAG = "latest";
/** The label by which an image tells which recipe it was made by. */
const RECIPE_LABEL = "berth.recipe";
const TYPE = "application/vnd.docker.distribution.manifest.v2+json";

export interface BaseImageParts {
  readonly rules: Pick<Rules<never>, "resolve" | "check" | "push" | "hold">;
  readonly store: BlobStore;
  /** Makes a repository, unless it is there. */
  readonly ensureRepository: (scope: Scope, name: string) => Promise<void>;
  /** The home of base images. */
  readonly defaults: Scope;
  readonly folder: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly size: number;
  readonly digest: string;
}

/** Puts Berth's base images into its registry, those that are not there as their recipes make them now. Returns the names it put there. */
export const seedBaseImages = async (parts: BaseImageParts): Promise<string[]> => {
  const seeded: string[] = [];
  for (const name of BASE_IMAGES) {
    const archive = join(parts.folder, `${name}.tar`);
    const recipe = await readFile(`${archive}.recipe`, "utf8").catch(() => undefined);
    if (recipe === undefined) continue;
    const repository = { ...parts.defaults, name: `berth/${name}` };
    await parts.ensureRepository(parts.defaults, repository.name);
    if ((await recipeOf(parts, repository)) === recipe) continue;
    await pushArchive(parts, repository, archive);
    seeded.push(repository.name);
  }
  return seeded;
};

/** By which recipe the image in the registry was made. */
const recipeOf = async ({ rules, store }: BaseImageParts, repository: RepositoryRef): Promise<string | undefined> => {
  const digest = await rules.resolve(repository, TAG);
  const manifest = digest === undefined ? undefined : await store.manifests.get(repository, digest);
  if (!manifest) return undefined;
  const { config } = JSON.parse(manifest.bytes.toString()) as { config: Descriptor };
  const reading = await store.blobs.read(repository, config.digest);
  if (!reading) return undefined;
  const { config: settings = {} } = JSON.parse((await buffer(reading.bytes)).toString()) as {
    config?: { Labels?: Record<string, string> };
  };
  return settings.Labels?.[RECIPE_LABEL];
};

const pushArchive = async (parts: BaseImageParts, repository: RepositoryRef, archive: string): Promise<void> => {
  const { rules, store } = parts;
  const release = await rules.hold();
  try {
    const layerByPath = new Map<string, Descriptor>();
    const { config, layers } = await readSavedImage(archive, {
      async layer(path, content) {
        layerByPath.set(path, await uploadLayer(store, repository, content));
      },
    });
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: TYPE,
        config: await uploadConfig(store, repository, config),
        layers: layers.map((path) => layerByPath.get(path)),
      }),
    );
    const digest = digestOf(createHash("sha256").update(bytes));
    const manifest = { digest, mediaType: TYPE, bytes, tag: TAG };
    await rules.check(repository, manifest);
    const put = await store.manifests.put(repository, digest, TYPE, bytes);
    if (put.type !== "kept") throw new Error(`${archive} could not be put into the registry: ${JSON.stringify(put)}`);
    await rules.push(repository, manifest);
  } finally {
    release();
  }
};

type Shelf = BaseImageParts["store"];

const uploadLayer = async (
  { uploads }: Shelf,
  repository: RepositoryRef,
  content: NodeJS.ReadableStream,
): Promise<Descriptor> => {
  const hash = createHash("sha256");
  let size = 0;
  const counted = new PassThrough();
  counted.on("data", (chunk: Buffer) => {
    hash.update(chunk);
    size += chunk.length;
  });
  const begun = await uploads.begin(repository);
  // The fastest level: these bytes travel through this machine only.
  const [upload] = await Promise.all([
    uploads.append(repository, begun, counted),
    pipeline(content, createGzip({ level: 1 }), counted),
  ]);
  const digest = digestOf(hash);
  await finish(uploads, repository, upload, digest);
  return { mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", size, digest };
};

const uploadConfig = async ({ uploads }: Shelf, repository: RepositoryRef, config: Buffer): Promise<Descriptor> => {
  const digest = digestOf(createHash("sha256").update(config));
  const upload = await uploads.append(repository, await uploads.begin(repository), config);
  await finish(uploads, repository, upload, digest);
  return { mediaType: "application/vnd.docker.container.image.v1+json", size: config.length, digest };
};

const finish = async (
  uploads: Shelf["uploads"],
  repository: RepositoryRef,
  upload: Upload | undefined,
  digest: string,
): Promise<void> => {
  const end = upload === undefined ? "unknown-upload" : await uploads.finish(repository, upload, digest);
  if (end !== "done") throw new Error(`${digest} of ${repository.name} could not be put into the registry: ${end}`);
};

const digestOf = (hash: Hash): string => `sha256:${hash.digest("hex")}`;

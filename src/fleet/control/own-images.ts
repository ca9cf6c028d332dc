import type { Host } from "../model/host.ts";
import type { OwnImage } from "../model/image-reference.ts";
import { type OwnImageNames, ownImageNames } from "../model/own-image-names.ts";
import type { ContainerSpec } from "../model/task-spec.ts";
import { type ContainerEngine, EngineError, type ImageArchives, type OwnImages } from "../ports.ts";
import { unlessAborted } from "./aborted.ts";
import { CannotPullContainerError } from "./cannot-pull.ts";

/** Where a host's images of Berth's own registry come from. */
export interface OwnImageSource {
  readonly ownImages: OwnImages;
  readonly archives: ImageArchives;
  /** `localhost:4510`: how tasks name the registry. */
  readonly registry: string;
  readonly host: Pick<Host, "engine" | "registry">;
  /** The engine's, `x86_64`. */
  readonly architecture: string;
  /** Whether what an engine has of before serves where the registry does not have it. */
  readonly usesImageCache: boolean;
}

type Image = Pick<ContainerSpec, "image" | "imageDigest">;

/** An image that is on an engine: under which name, and its id there where that is known. */
export interface PreparedImage {
  readonly name: string;
  readonly id?: string;
}

type Tell = (line: string) => void;

/**
 * Sees to it that an image of Berth's own registry is on an engine. It is the one of the digest that was
 * resolved when the task was placed. Where the registry does not have it (any more), what the engine has cached serves: EC2's default.
 */
export const prepareOwnImage = async (
  engine: ContainerEngine,
  source: OwnImageSource,
  { image, imageDigest }: Image,
  reference: OwnImage,
  progress: Tell,
  signal: AbortSignal,
): Promise<PreparedImage> => {
  const wanted: OwnImage = imageDigest === undefined ? reference : { ...reference, digest: imageDigest };
  const found = await source.ownImages.find(wanted);
  if (found.type === "found") return fetchImage(engine, source, image, wanted, found.digest, progress, signal);
  const mayBeCached = source.usesImageCache || isBaseImage(reference);
  const cached = mayBeCached ? await cachedImage(engine, source, image, wanted) : undefined;
  if (cached !== undefined) {
    if (!isBaseImage(reference)) progress(`${image} is not in the registry, uses the cached image`);
    return cached;
  }
  const brought = await loadBaseImage(engine, source, reference, progress, signal);
  if (brought !== undefined) return { name: brought };
  throw new CannotPullContainerError(`${image}: not found: ${found.what}`);
};

/** The name under which an engine has an image that was seen to before. */
export const ownImageOn = async (
  engine: ContainerEngine,
  source: OwnImageSource,
  { image, imageDigest }: Image,
  reference: OwnImage,
): Promise<string> => {
  const wanted: OwnImage = imageDigest === undefined ? reference : { ...reference, digest: imageDigest };
  const cached = await cachedImage(engine, source, image, wanted);
  if (cached !== undefined) return cached.name;
  const found = await source.ownImages.find(wanted);
  if (found.type === "missing") return image;
  return (await firstHeld(engine, namesIn(namesOf(source, wanted, found.digest))))?.name ?? image;
};

const fetchImage = async (
  engine: ContainerEngine,
  source: OwnImageSource,
  image: string,
  wanted: OwnImage,
  digest: string,
  progress: Tell,
  signal: AbortSignal,
): Promise<PreparedImage> => {
  const names = namesOf(source, wanted, digest);
  // A digest names the same bytes for ever: what is there need not be pulled.
  const held = await firstHeld(engine, namesIn(names));
  if (held !== undefined) return held;
  const refused = await pullByDigest(engine, source, wanted, names, progress, signal);
  if (refused === undefined) return { name: names.pulled! };
  progress(`${refused}; loads ${image} through the engine's API`);
  try {
    const archive = await source.ownImages.archive(wanted, digest, names.loaded, source.architecture);
    if (archive === undefined) throw new CannotPullContainerError(`${image}: ${digest} is not in the registry`);
    await unlessAborted(engine.loadImage(archive), signal);
    signal.throwIfAborted();
    return { name: names.loaded };
  } catch (error) {
    if (signal.aborted || error instanceof CannotPullContainerError) throw error;
    throw new CannotPullContainerError(`${image}: ${refused}, and could not be loaded: ${(error as Error).message}`);
  }
};

/** Why the engine could not pull; `undefined`: it did. */
const pullByDigest = async (
  engine: ContainerEngine,
  { ownImages, host, registry }: OwnImageSource,
  wanted: OwnImage,
  { pulled }: OwnImageNames,
  progress: Tell,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (pulled === undefined) return "the engine reaches no address of the registry";
  try {
    await engine.pull(pulled, progress, signal, ownImages.credentials(wanted, reachedBy(host, registry)!));
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return `could not pull ${pulled}: ${error.message}`;
  }
};

/** Of Berth's base images the set-up keeps archives, for where the registry was not given them. */
const loadBaseImage = async (
  engine: ContainerEngine,
  { archives }: OwnImageSource,
  { repository, tag }: OwnImage,
  progress: Tell,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const name = `${repository}:${tag}`;
  const archive = await archives.open(name);
  if (archive === undefined) return undefined;
  progress(`loading ${name}`);
  // An engine that stands still may never answer: nobody who has to go waits for that.
  await unlessAborted(engine.loadImage(archive), signal);
  signal.throwIfAborted();
  return name;
};

const cachedImage = (
  engine: ContainerEngine,
  source: OwnImageSource,
  image: string,
  wanted: OwnImage,
): Promise<PreparedImage | undefined> => {
  const { repository, tag, digest } = wanted;
  const path = source.ownImages.pathOf(wanted);
  if (digest !== undefined) return firstHeld(engine, namesIn(namesOf(source, wanted, digest)));
  // A name that says no account is the default one's, and its image none of another account's.
  const isHere = path === source.ownImages.pathOf({ kind: "own", repository, tag });
  return firstHeld(engine, [
    image,
    `${source.registry}/${path}:${tag}`,
    ...(isHere || isBaseImage(wanted) ? [`${source.registry}/${repository}:${tag}`] : []),
    ...(isBaseImage(wanted) ? [`${repository}:${tag}`] : []),
  ]);
};

const isBaseImage = ({ repository }: OwnImage): boolean => repository.startsWith("berth/");

const firstHeld = async (engine: ContainerEngine, names: readonly string[]): Promise<PreparedImage | undefined> => {
  for (const name of names) {
    const id = await engine.imageDigest(name);
    if (id !== undefined) return { name, id };
  }
  return undefined;
};

const namesIn = ({ pulled, pushed, loaded }: OwnImageNames): string[] => [
  ...(pulled === undefined ? [] : [pulled]),
  pushed,
  loaded,
];

const namesOf = ({ ownImages, host, registry }: OwnImageSource, image: OwnImage, digest: string): OwnImageNames =>
  ownImageNames(image.repository, ownImages.pathOf(image), digest, { registry, reached: reachedBy(host, registry) });

/** An engine on this machine reaches what listens here; another machine has to be told an address. */
const reachedBy = ({ engine, registry }: OwnImageSource["host"], local: string): string | undefined =>
  registry ?? (engine.docker.startsWith("unix://") ? local : undefined);

import { parseImageReference } from "../model/image-reference.ts";
import type { ContainerEngine, ImageArchives } from "../ports.ts";
import { EngineError } from "../ports.ts";

/** An image that is on the engine: how to name it there, and its id. */
export interface PreparedImage {
  readonly name: string;
  readonly digest: string;
}

/** Why an image could not be had, in AWS's words. */
export class CannotPullContainerError extends Error {
  override readonly name = "CannotPullContainerError";
}

export interface ImageSource {
  readonly registry: string;
  readonly archives: ImageArchives;
}

/**
 * Sees to it that an image is on an engine. Berth's own images are loaded from their archives; all others are pulled at every start,
 * and what the engine has cached serves where that fails: EC2's default.
 */
export const prepareImage = async (
  engine: ContainerEngine,
  source: ImageSource,
  image: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<PreparedImage> => {
  const reference = parseImageReference(image, source.registry);
  if (reference.kind === "own") {
    const { repository, tag, digest } = reference;
    return prepareOwn(engine, source, image, digest ? `${repository}@${digest}` : `${repository}:${tag}`, progress);
  }
  try {
    await engine.pull(reference.reference, progress, signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const cached = await engine.imageDigest(reference.reference);
    if (cached === undefined) throw new CannotPullContainerError(`CannotPullContainerError: ${error.message}`);
    progress(`could not pull ${reference.reference}, uses the cached image`);
    return { name: reference.reference, digest: cached };
  }
  const digest = await engine.imageDigest(reference.reference);
  if (digest === undefined)
    throw new CannotPullContainerError(`CannotPullContainerError: ${image} was pulled but is not on the engine`);
  return { name: reference.reference, digest };
};

const prepareOwn = async (
  engine: ContainerEngine,
  source: ImageSource,
  image: string,
  name: string,
  progress: (line: string) => void,
): Promise<PreparedImage> => {
  const held = await engine.imageDigest(name);
  if (held !== undefined) return { name, digest: held };
  const archive = await source.archives.open(name);
  if (archive !== undefined) {
    progress(`loading ${name}`);
    await engine.loadImage(archive);
    const loaded = await engine.imageDigest(name);
    if (loaded !== undefined) return { name, digest: loaded };
  }
  throw new CannotPullContainerError(
    `CannotPullContainerError: ${image}: not found: repository ${name.split(/[:@]/)[0]} has no such image on this host. ` +
      "Berth's registry takes no pushes yet; load the image into the engine under this name.",
  );
};

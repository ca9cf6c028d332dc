import { parseImageReference } from "../model/image-reference.ts";
import type { ContainerEngine, ImageArchives } from "../ports.ts";
import { EngineError } from "../ports.ts";
import { unlessAborted } from "./aborted.ts";

/** Why an image could not be had, in AWS's words. */
export class CannotPullContainerError extends Error {
  override readonly name = "CannotPullContainerError";
}

export interface ImageSource {
  readonly registry: string;
  readonly archives: ImageArchives;
}

/** How an engine knows an image that was seen to, whatever a task calls it. */
export const imageNameOn = (image: string, registry: string): string => {
  const reference = parseImageReference(image, registry);
  if (reference.kind === "foreign") return reference.reference;
  const { repository, tag, digest } = reference;
  return digest ? `${repository}@${digest}` : `${repository}:${tag}`;
};

/**
 * Sees to it that an image is on an engine, and returns its id there. Berth's own images are loaded from their archives; all others are pulled at every start,
 * and what the engine has cached serves where that fails: EC2's default.
 */
export const prepareImage = async (
  engine: ContainerEngine,
  source: ImageSource,
  image: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<string> => {
  const name = imageNameOn(image, source.registry);
  if (parseImageReference(image, source.registry).kind === "own")
    return prepareOwn(engine, source, image, name, progress, signal);
  try {
    await engine.pull(name, progress, signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const cached = await engine.imageDigest(name);
    if (cached === undefined) throw new CannotPullContainerError(`CannotPullContainerError: ${error.message}`);
    progress(`could not pull ${name}, uses the cached image`);
    return cached;
  }
  const digest = await engine.imageDigest(name);
  if (digest === undefined)
    throw new CannotPullContainerError(`CannotPullContainerError: ${image} was pulled but is not on the engine`);
  return digest;
};

const prepareOwn = async (
  engine: ContainerEngine,
  source: ImageSource,
  image: string,
  name: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<string> => {
  const held = await engine.imageDigest(name);
  if (held !== undefined) return held;
  const archive = await source.archives.open(name);
  if (archive !== undefined) {
    progress(`loading ${name}`);
    // An engine that stands still may never answer: nobody who has to go waits for that.
    await unlessAborted(engine.loadImage(archive), signal);
    signal.throwIfAborted();
    const loaded = await engine.imageDigest(name);
    if (loaded !== undefined) return loaded;
  }
  throw new CannotPullContainerError(
    `CannotPullContainerError: ${image}: not found: repository ${name.split(/[:@]/)[0]} has no such image on this host. ` +
      "Berth's registry takes no pushes yet; load the image into the engine under this name.",
  );
};

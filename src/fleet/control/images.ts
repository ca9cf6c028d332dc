import { parseImageReference, registryOf } from "../model/image-reference.ts";
import type { ContainerSpec } from "../model/task-spec.ts";
import type { ContainerEngine } from "../ports.ts";
import { EngineError } from "../ports.ts";
import { CannotPullContainerError } from "./cannot-pull.ts";
import { type OwnImageSource, ownImageOn, type PreparedImage, prepareOwnImage } from "./own-images.ts";

/** Where a host's images come from. */
interface ImageSource extends OwnImageSource {
  /** With what the registry of an image of others lets in; absent where it lets in everybody. */
  readonly login?: { readonly username: string; readonly password: string } | undefined;
}

type Image = Pick<ContainerSpec, "image" | "imageDigest">;

/** How an engine knows an image that was seen to, whatever a task calls it. */
export const imageNameOn = async (engine: ContainerEngine, source: OwnImageSource, spec: Image): Promise<string> => {
  const reference = parseImageReference(spec.image, source.registry);
  return reference.kind === "foreign" ? reference.reference : ownImageOn(engine, source, spec, reference);
};

/**
 * Sees to it that an image is on an engine, and returns its name and id there. Those of other registries are pulled at every start,
 * and what the engine has cached serves where that fails: EC2's default. Not so for Fargate.
 */
export const prepareImage = async (
  engine: ContainerEngine,
  source: ImageSource,
  spec: Image,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<Required<PreparedImage>> => {
  const reference = parseImageReference(spec.image, source.registry);
  const { name, ...known } =
    reference.kind === "own"
      ? await prepareOwnImage(engine, source, spec, reference, progress, signal)
      : await pullForeign(engine, source, reference.reference, progress, signal);
  const id = known.id ?? (await engine.imageDigest(name));
  if (id === undefined) throw new CannotPullContainerError(`${spec.image} was pulled but is not on the engine`);
  return { name, id };
};

const pullForeign = async (
  engine: ContainerEngine,
  { login, usesImageCache }: Pick<ImageSource, "login" | "usesImageCache">,
  name: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<PreparedImage> => {
  const credentials = login && { ...login, serveraddress: registryOf(name) };
  try {
    await engine.pull(name, progress, signal, credentials);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const cached = usesImageCache ? await engine.imageDigest(name) : undefined;
    if (cached === undefined) throw new CannotPullContainerError(error.message);
    progress(`could not pull ${name}, uses the cached image`);
    return { name, id: cached };
  }
  return { name };
};

/** An image of Berth's own registry on an engine: pulled or pushed by digest, or loaded, which can only be by a tag. */
export interface OwnImageNames {
  /** Absent where the engine reaches no address of the registry. */
  readonly pulled?: string;
  /** Where it was pushed from this very engine. */
  readonly pushed: string;
  readonly loaded: string;
}

/** The tag under which an image of that digest is loaded: it says nothing else. */
const tagOf = (digest: string): string => digest.replace(":", "-");

/**
 * `path` is the repository below the registry's address, `000000000000.us-east-1/app`; `registry` the address by which tasks name it, and
 * `reached` the one by which the engine reaches it.
 */
export const ownImageNames = (
  repository: string,
  path: string,
  digest: string,
  { registry, reached }: { readonly registry: string; readonly reached: string | undefined },
): OwnImageNames => ({
  ...(reached !== undefined && { pulled: `${reached}/${path}@${digest}` }),
  pushed: `${registry}/${repository}@${digest}`,
  loaded: `${registry}/${path}:${tagOf(digest)}`,
});

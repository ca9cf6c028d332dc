import type { ClusterId } from "./model/ids.ts";
import { RESOURCE_INITIALIZATION } from "./model/sight.ts";
import type { ContainerSpec } from "./model/task-spec.ts";

/** Something that a container needs could not be had, so it is not made. The message is what its task tells. */
export class ResourceInitializationError extends Error {
  override readonly name = "ResourceInitializationError";

  constructor(why: string) {
    super(RESOURCE_INITIALIZATION + why);
  }
}

/**
 * What a container is given that stands on no record: a task says where it is, and it is looked up when it is needed. May be repeated.
 * All throw ResourceInitializationError where it will not be had.
 */
export interface LaunchLookups {
  /** All variables of a container that is about to be made: its own, and those of its secrets and files. */
  environment(
    cluster: ClusterId,
    container: Pick<ContainerSpec, "environment" | "secrets" | "environmentFiles">,
  ): Promise<Readonly<Record<string, string>>>;
  /** With what the registry of a container's image lets in: `secret` is the container's `registrySecret`. */
  registryLogin(cluster: ClusterId, secret: string): Promise<{ readonly username: string; readonly password: string }>;
}

import { type LaunchLookups, ResourceInitializationError } from "../launch-lookups.ts";
import type { Task } from "../model/task.ts";
import type { ContainerSpec } from "../model/task-spec.ts";

type Login = Awaited<ReturnType<LaunchLookups["registryLogin"]>>;

/** What one container is given from elsewhere. */
export interface ContainerValues {
  readonly environment: Readonly<Record<string, string>>;
  /** Absent where the registry of its image lets in everybody. */
  readonly login?: Login;
}

/**
 * What the containers of one task are given that stands on no record. Each is read once and held, in memory only, until it is made; who takes over
 * the host reads anew.
 */
export interface TaskValues {
  /** Throws ResourceInitializationError where the container's will not be had; what else it throws may be tried again. */
  of(task: Task, container: ContainerSpec): Promise<ContainerValues>;
  /** Whether all will be had that containers without an image need: AWS sees to it before it pulls the first. */
  areThere(task: Task): Promise<boolean>;
  /** The container is made. */
  drop(container: string): void;
}

export const taskValues = (lookups: LaunchLookups): TaskValues => {
  const heldByContainer = new Map<string, Promise<ContainerValues>>();

  const read = async ({ cluster }: Task, spec: ContainerSpec): Promise<ContainerValues> => {
    const [environment, login] = await Promise.all([
      lookups.environment(cluster, spec),
      spec.registrySecret === undefined ? undefined : lookups.registryLogin(cluster, spec.registrySecret),
    ]);
    return { environment, ...(login && { login }) };
  };

  const of: TaskValues["of"] = (task, spec) => {
    const held = heldByContainer.get(spec.name) ?? read(task, spec);
    heldByContainer.set(spec.name, held);
    return held.catch((error: unknown) => {
      if (heldByContainer.get(spec.name) === held) heldByContainer.delete(spec.name);
      throw error;
    });
  };

  return {
    of,
    async areThere(task) {
      const states = new Map(task.observed.containers.map(({ name, status }) => [name, status]));
      const unpulled = task.spec.containers.filter(({ name }) => states.get(name) === "PENDING");
      const read = await Promise.allSettled(unpulled.map((spec) => of(task, spec)));
      const failures = read.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      const passing = failures.find((error) => !(error instanceof ResourceInitializationError));
      if (passing !== undefined) throw passing;
      return failures.length === 0;
    },
    drop: (container) => void heldByContainer.delete(container),
  };
};

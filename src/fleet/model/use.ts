import type { HostId, TaskId } from "./ids.ts";

/** What a container has used, as its engine counts. */
export interface ContainerUse {
  /** CPU time since its program started, in nanoseconds over all cores. */
  readonly cpuNanos: number;
  /** Without what the kernel would give up at once: the cache of files that nobody uses just now. */
  readonly memoryBytes: number;
  /** What holds it; the machine's memory where nothing does. */
  readonly memoryLimitBytes: number;
}

/** What a task's running containers have used; one of which its engine did not tell is left out. */
export interface TaskUse {
  readonly task: TaskId;
  readonly host: HostId;
  readonly containers: readonly (ContainerUse & { readonly name: string })[];
}

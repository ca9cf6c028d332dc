import type { ObservedContainer } from "./container-plan.ts";
import type { HostId } from "./ids.ts";
import { LABEL } from "./names.ts";
import type { ContainerState, Task } from "./task.ts";

/** A container of which the engine and the record say different things. */
export interface EngineDifference {
  readonly account: HostId;
  readonly entry: string;
  /** On the engine. */
  readonly found: string;
  /** On record. */
  readonly tasks: string;
}

const isRunning = ({ state }: ObservedContainer): boolean =>
  state === "running" || state === "paused" || state === "restarting";

const entryOf = (container: string, task: string): string => `container ${container} of task ${task}`;

/**
 * What an engine shows of a host beside what is on record. While containers start and stop the two differ for a moment: only a difference that
 * stays is a bug.
 */
export const engineDifferences = (
  host: HostId,
  containers: readonly ObservedContainer[],
  tasks: readonly Task[],
): EngineDifference[] => {
  const recorded = new Map<string, ContainerState>(
    tasks.flatMap((task) => task.observed.containers.map((state) => [entryOf(state.name, task.id), state] as const)),
  );
  const shown = new Map(
    containers.map((one) => [entryOf(one.labels[LABEL.container] ?? "", one.labels[LABEL.task] ?? ""), one] as const),
  );
  const running = [...shown].filter(([entry, one]) => isRunning(one) && recorded.get(entry)?.status !== "RUNNING");
  const gone = [...recorded].filter(([entry, { status }]) => {
    const one = shown.get(entry);
    return status === "RUNNING" && !(one && isRunning(one));
  });
  return [
    ...running.map(([entry]) => ({
      account: host,
      entry,
      found: "running",
      tasks: recorded.get(entry)?.status ?? "no such task",
    })),
    ...gone.map(([entry]) => ({ account: host, entry, found: shown.get(entry)?.state ?? "nothing", tasks: "RUNNING" })),
  ];
};

import type { ObservedContainer } from "../model/container-plan.ts";
import type { TaskId } from "../model/ids.ts";
import { LABEL, taskVolumeName } from "../model/names.ts";
import { EngineUnreachableError } from "../ports.ts";
import type { HostContext } from "./host-context.ts";

/** Something on an engine or beside it that a task needs, and that goes with it. */
interface Remnant {
  readonly task: TaskId;
  readonly what: string;
  remove(): Promise<void>;
}

/** Everything of tasks that there is on a host, besides what every look lists anyway: its containers. */
export const remnantsOn = async (
  { deps, host, engine, cgroups }: HostContext,
  containers: readonly ObservedContainer[],
): Promise<Remnant[]> => {
  const { installation } = deps.policy;
  const volumes = await engine.listVolumes({ [LABEL.installation]: installation, [LABEL.host]: host.id });
  const groups = await cgroups.listTasks(host);
  return [
    ...containers.map((container) => ({
      task: (container.labels[LABEL.task] ?? "") as TaskId,
      what: `container ${container.name}`,
      async remove() {
        await engine.stop(container.id, 0);
        await engine.remove(container.id);
      },
    })),
    // A shared volume outlives tasks; one may bear the label of a task by its user's doing, but not the name.
    ...volumes.flatMap(({ name, labels }) => {
      const task = (labels[LABEL.task] ?? "") as TaskId;
      const isOfTask = task !== "" && name.startsWith(taskVolumeName(installation, task, ""));
      return isOfTask ? [{ task, what: `volume ${name}`, remove: () => engine.removeVolume(name) }] : [];
    }),
    ...groups.map((task) => ({ task, what: `cgroup of task ${task}`, remove: () => cgroups.removeTask(host, task) })),
  ];
};

/**
 * Removes what belongs to no task that is looked after: what a crash left after the record was forgotten, and what a late worker made after
 * the task was cleaned up. `known` was read after the remnants were. What does not go now is tried at the next look, and holds nothing up.
 */
export const removeLeftovers = async (
  { deps, host }: HostContext,
  remnants: readonly Remnant[],
  known: ReadonlySet<TaskId>,
): Promise<void> => {
  const unknown = remnants.filter(({ task }) => !known.has(task));
  // A store that was emptied knows no task, and not this host either: then nothing is a leftover.
  if (unknown.length === 0 || (await deps.hosts.get([host.id]))[0] === undefined) return;
  const records = await deps.tasks.get(unknown.map(({ task }) => task));
  for (const [index, { what, remove }] of unknown.entries()) {
    const record = records[index];
    if (record !== undefined && record.observed.status !== "STOPPED") continue;
    deps.log.warn({ host: host.id }, `removes ${what}, which belongs to no task on record`);
    try {
      await remove();
    } catch (error) {
      if (error instanceof EngineUnreachableError) throw error;
      deps.log.warn({ err: error, host: host.id }, `could not remove ${what}`);
    }
  }
};

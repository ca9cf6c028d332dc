import type { HostId, TaskId } from "../../fleet/model/ids.ts";

/** Where the groups of an installation's slices and tasks stand, as paths from a hierarchy's root and as Docker is told. */
export interface Layout {
  slice(host: HostId): string;
  task(host: HostId, task: TaskId): string;
}

export const pathLayout = (installation: string): Layout => {
  const slice = (host: HostId) => `/berth-${installation}/${host}`;
  return { slice, task: (host, task) => `${slice(host)}/${task}` };
};

/** Other groups of a slice are not ours to touch: an engine puts containers without a task there. */
export const isTaskId = (group: string): group is TaskId => /^[0-9a-f]{32}$/.test(group);

import type { ClusterId, HostId, TaskId } from "./ids.ts";
import { clusterParts } from "./ids.ts";

/** Labels on everything Berth makes on an engine. Without the installation's own id it is not ours to touch. */
export const LABEL = {
  installation: "berth.installation",
  host: "berth.host",
  cluster: "berth.cluster",
  task: "berth.task",
  attempt: "berth.attempt",
  container: "berth.container",
} as const;

/**
 * `berth-<installation>-<task>-<attempt>-<container>`: asking twice meets the first one. Engines take no `~`, and names that users give have no dot.
 */
export const containerName = (installation: string, task: TaskId, attempt: number, container: string): string =>
  `berth-${installation}-${task}-${attempt}-${container.replaceAll("~", ".")}`;

/** A network belongs to a cluster on an engine. */
export const networkName = (installation: string, cluster: ClusterId): string => {
  const { account, region, name } = clusterParts(cluster);
  return `berth-${installation}-${account}-${region}-${name}`;
};

/** A volume that lives and dies with its task. */
export const taskVolumeName = (installation: string, task: TaskId, volume: string): string =>
  `berth-${installation}-${task}-${volume}`;

/** A volume that outlives tasks, one for each host that names it. */
export const sharedVolumeName = (installation: string, host: HostId, volume: string): string =>
  `berth-${installation}-${host}-${volume}`;

import type { ServiceHost, ServiceTask } from "./decision.ts";
import type { Scene, ServiceMoves } from "./scene.ts";
import { stopsWithin } from "./stops.ts";

/** Whether a DAEMON is to have a task there: one that cannot be reached keeps what it has, and gets nothing. */
const isToHaveOne = ({ state, fits }: ServiceHost): boolean => state === "ACTIVE" && fits;

/** Hosts on which a DAEMON starts a task where there is none: their number is its desired count. */
export const daemonHosts = (hosts: readonly ServiceHost[]): ServiceHost[] =>
  hosts.filter((host) => isToHaveOne(host) && host.isConnected);

/**
 * A DAEMON has one task on every host that fits. A newer one is started when the older one there has ended, never beside it: they may
 * want the same ports.
 */
export const daemonMoves = (scene: Scene): ServiceMoves => {
  const { primary, tasks, wanted, hosts, isRolling, isDoomed } = scene;
  const due = daemonHosts([...hosts.values()]).map(({ id }) => id);
  const doomed = wanted.filter(isDoomed);
  const stays = (task: ServiceTask): boolean => {
    const host = hosts.get(task.host ?? "");
    const isOld = isRolling && task.deployment !== primary.id;
    return host !== undefined && isToHaveOne(host) && !isOld && firstThere(wanted, task) === task;
  };
  const leaving = wanted.filter((task) => !doomed.includes(task) && !stays(task));
  const ours = wanted.filter((task) => !doomed.includes(task) && !leaving.includes(task));
  const stops = stopsWithin(scene).pick(leaving, leaving.length);
  const taken = new Set(tasks.filter(({ status }) => status !== "STOPPED").map(({ host }) => host));
  const free = isRolling ? due.filter((host) => !taken.has(host)) : [];
  return {
    stops,
    unhealthy: doomed,
    start: free.length,
    onHosts: free,
    missing: isRolling ? due.filter((host) => !ours.some((task) => task.host === host)).length : 0,
    leaving,
    isSettled:
      isRolling &&
      leaving.length === 0 &&
      doomed.length === 0 &&
      due.every((host) => ours.some((task) => task.host === host && scene.isHealthy(task))),
  };
};

/** The older of two there stays; of several deployments the latest one's. */
const firstThere = (wanted: readonly ServiceTask[], { host, deployment }: ServiceTask): ServiceTask | undefined =>
  wanted
    .filter((task) => task.host === host && task.deployment === deployment)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))[0];

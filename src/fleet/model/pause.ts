import type { ContainerSpec, TaskSpec } from "./task-spec.ts";

/** ECS's own name of it, which no definition can give a container: answers do not show what begins with `~internal~`. */
export const PAUSE = "~internal~ecs~pause";

/** Whether Berth added a container to a task, for the task's own sake. */
export const isInternal = (container: string): boolean => container.startsWith("~internal~");

/** Waits until it is asked to end, and buries the processes that others leave to it where it is the first of theirs. */
const WAITS = 'trap "exit 0" TERM; while :; do sleep 2147483647 & wait $!; done';

/**
 * The task with the container that holds its network namespace (awsvpc), where one of its own cannot: there are several, or one that may be started
 * again. It comes first, lasts longest, and the task ends with it.
 */
export const withPause = (task: TaskSpec): TaskSpec =>
  task.networkMode === "awsvpc" && (task.containers.length > 1 || task.containers.some((one) => one.restartPolicy))
    ? { ...task, containers: [pauseOf(task.containers), ...task.containers] }
    : task;

/** The container whose network namespace the others of a task join; `undefined` where each has its own. */
export const networkHolder = ({ containers }: TaskSpec): string | undefined =>
  containers[0]?.name === PAUSE ? PAUSE : undefined;

const pauseOf = (others: readonly ContainerSpec[]): ContainerSpec => ({
  name: PAUSE,
  image: "berth/busybox:latest",
  essential: true,
  command: ["sh", "-c", WAITS],
  environment: {},
  cpuShares: 2,
  ports: [],
  dependsOn: [],
  links: [],
  mounts: [],
  volumesFrom: [],
  ulimits: [],
  labels: {},
  extraHosts: [],
  // Name servers belong to the namespace: what one container asks for, all have.
  dnsServers: [...new Set(others.flatMap(({ dnsServers }) => dnsServers))],
  dnsSearchDomains: [...new Set(others.flatMap(({ dnsSearchDomains }) => dnsSearchDomains))],
  disableNetworking: false,
  readonlyRootFilesystem: true,
  privileged: false,
  initProcess: false,
  capabilitiesAdd: [],
  capabilitiesDrop: ["ALL"],
  devices: [],
  tmpfs: [],
  sysctls: {},
  securityOptions: [],
  interactive: false,
  pseudoTerminal: false,
  stopTimeoutSeconds: 2,
});

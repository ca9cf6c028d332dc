import type { ObservedContainer } from "./container-plan.ts";
import { isRestartDue, withRestart } from "./restart.ts";
import type { ContainerState } from "./task.ts";
import type { RestartPolicy } from "./task-spec.ts";

/** What a host's owner is doing with a container right now. */
export type ContainerVerb = "pull" | "create" | "start" | "restart" | "stop" | "discard";

/** What the owner knows of one container of a task, beside what is on record. */
export interface ContainerSight {
  /** What the engine shows; absent where it has no such container. */
  readonly found?: ObservedContainer;
  /** Its image is on the engine under this id. */
  readonly imageDigest?: string;
  /** And under this name. */
  readonly imageName?: string;
  /** Why it could not be pulled, created or started. */
  readonly failure?: string;
  readonly busy?: ContainerVerb;
  /** When this owner began to see to its image. */
  readonly pullStartedAt?: number;
  /** Its output is still being read. */
  readonly logsOpen: boolean;
  /** The kernel killed in the task's cgroup for memory while this container ran. */
  readonly oomKilled: boolean;
}

/** What the reason begins with where something that a container needs could not be had. */
export const RESOURCE_INITIALIZATION = "ResourceInitializationError: ";
export const OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage";
const VANISHED = "CannotInspectContainerError: the container was removed from its engine by somebody else";
const FORGOTTEN = "CannotInspectContainerError: the engine does not know any more that the container was started";

const IS_ALIVE: ReadonlySet<ObservedContainer["state"]> = new Set(["running", "paused", "restarting"]);

/** What was recorded of a container, brought up to what is seen. Never goes back. `unwanted`: its task is to stop. */
export const containerState = (
  recorded: ContainerState,
  sight: ContainerSight,
  unwanted: boolean,
  restartPolicy?: RestartPolicy,
): ContainerState => {
  if (recorded.status === "STOPPED") return recorded;
  if (sight.found) return seen(recorded, sight, sight.found, unwanted ? undefined : restartPolicy);
  if (sight.failure !== undefined) return { ...recorded, status: "STOPPED", reason: sight.failure };
  const existed = recorded.status === "CREATED" || recorded.status === "RUNNING";
  if (existed && sight.busy === undefined) {
    // Of a task that is to stop, what was created and never started is taken away by its owner.
    const withdrawn = unwanted && recorded.status === "CREATED";
    return { ...recorded, status: "STOPPED", ...(!withdrawn && { reason: VANISHED }) };
  }
  if (sight.imageDigest !== undefined && !existed)
    return { ...recorded, status: "PULLED", imageDigest: sight.imageDigest };
  return recorded;
};

const seen = (
  recorded: ContainerState,
  sight: ContainerSight,
  found: ObservedContainer,
  restartPolicy: RestartPolicy | undefined,
): ContainerState => {
  const known: ContainerState = {
    ...recorded,
    runtimeId: found.id,
    createdAt: found.createdAt,
    ...(found.imageDigest !== undefined && { imageDigest: found.imageDigest }),
    ...(found.bindings.length > 0 && { bindings: found.bindings }),
    ...(found.startedAt !== undefined && { startedAt: found.startedAt }),
    ...(found.health !== undefined && { health: found.health }),
  };
  if (found.state === "created") {
    if (recorded.startedAt !== undefined) return { ...recorded, status: "STOPPED", reason: FORGOTTEN };
    return sight.failure === undefined
      ? { ...known, status: "CREATED" }
      : { ...known, status: "STOPPED", reason: sight.failure };
  }
  if (IS_ALIVE.has(found.state)) return { ...known, status: "RUNNING" };
  // What comes of a restart under way is seen when it is over: until then nobody knows whether the program runs.
  if (sight.busy === "restart") return { ...known, status: "RUNNING" };
  if (sight.failure === undefined && isRestartDue(restartPolicy, found)) return withRestart(known, found);
  const reason = stopReason(recorded, sight, found);
  return {
    ...known,
    status: "STOPPED",
    ...(found.exitCode !== undefined && { exitCode: found.exitCode }),
    ...(found.finishedAt !== undefined && { finishedAt: found.finishedAt }),
    ...(reason !== undefined && { reason }),
  };
};

const stopReason = (
  { restartOf }: ContainerState,
  sight: ContainerSight,
  found: ObservedContainer,
): string | undefined => {
  if (restartOf !== undefined && restartOf === found.startedAt && sight.failure) return sight.failure;
  // When the task's own limit is hit, Docker flags all its containers, also one that then ended by itself.
  if ((found.oomKilled || sight.oomKilled) && found.exitCode === 137) return OUT_OF_MEMORY;
  // A container that never ran has no start time: its error is why.
  if (found.startedAt === undefined && (found.error || sight.failure)) {
    return sight.failure ?? `CannotStartContainerError: ${found.error}`;
  }
  return found.exitCode === undefined ? VANISHED : undefined;
};

/**
 * Whether an inspection tells of an earlier time than another one of the same container: answers of an engine may overtake each other.
 */
export const isOlderSight = (inspection: ObservedContainer, known: ObservedContainer): boolean => {
  if (inspection.id !== known.id) return inspection.createdAt < known.createdAt;
  const [start, knownStart] = [inspection.startedAt ?? 0, known.startedAt ?? 0];
  if (start !== knownStart) return start < knownStart;
  const [age, knownAge] = [AGE[inspection.state], AGE[known.state]];
  return age === knownAge ? (inspection.healthCheckedAt ?? 0) < (known.healthCheckedAt ?? 0) : age < knownAge;
};

const AGE: Readonly<Record<ObservedContainer["state"], number>> = {
  created: 0,
  running: 1,
  paused: 1,
  restarting: 1,
  exited: 2,
  dead: 2,
  removing: 3,
};

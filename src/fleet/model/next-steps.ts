import { move } from "../../kernel/state-table.ts";
import { createGate, dependentsOf, startGate, waitedFor } from "./gates.ts";
import { type ContainerSight, containerState, OUT_OF_MEMORY, RESOURCE_INITIALIZATION } from "./sight.ts";
import {
  type ContainerState,
  type ObservedTask,
  type StopRequest,
  TASK_MOVES,
  type Task,
  type TaskStatus,
} from "./task.ts";
import type { ContainerSpec } from "./task-spec.ts";

/** One thing to do with one container of a task. */
export type Step =
  | { readonly verb: "pull" | "create" | "start" | "restart" | "discard"; readonly container: string }
  | { readonly verb: "stop"; readonly container: string; readonly graceSeconds: number };

/** What to record, whether the task must stop, and what to do. */
export interface NextSteps {
  readonly observed: ObservedTask;
  readonly stop?: Omit<StopRequest, "at">;
  readonly steps: readonly Step[];
  /** When to look again even if nothing happens, in milliseconds since 1970. */
  readonly lookAgainAt?: number;
}

/**
 * The life of a task in one decision: from what is wanted, on record and seen, to what to record and do next.
 * Calling it again with the same sight decides the same, so a crash between any two steps is only a repetition.
 */
export const nextSteps = (task: Task, sights: ReadonlyMap<string, ContainerSight>, now: number): NextSteps => {
  if (task.observed.status === "STOPPED") return { observed: task.observed, steps: leftovers(task, sights) };
  const unwanted = task.desired === "STOPPED";
  const policies = new Map(task.spec.containers.map(({ name, restartPolicy }) => [name, restartPolicy]));
  const states = task.observed.containers.map((state) =>
    containerState(state, sightOf(sights, state.name), unwanted, policies.get(state.name)),
  );
  const byName = new Map(states.map((state) => [state.name, state]));
  const stop = unwanted ? undefined : reasonToStop(task, byName, now);
  const stopping = unwanted || stop !== undefined;
  const settled = stopping ? states.map((state) => withdrawn(state, sightOf(sights, state.name))) : states;
  const observed = observe(task, settled, sights, stopping, now);
  const lookAgainAt = stopping ? undefined : nextTimeout(task, byName);
  return {
    observed,
    ...(stop && { stop }),
    steps: stopping ? stoppingSteps(task, settled, sights) : startingSteps(task, byName, sights),
    ...(lookAgainAt !== undefined && { lookAgainAt }),
  };
};

const NOTHING_SEEN: ContainerSight = { logsOpen: false, oomKilled: false };

const sightOf = (sights: ReadonlyMap<string, ContainerSight>, name: string): ContainerSight =>
  sights.get(name) ?? NOTHING_SEEN;

/** A container that does not exist and that nobody works on will not exist any more: the task is stopping. */
const withdrawn = (state: ContainerState, sight: ContainerSight): ContainerState => {
  const absent = sight.found === undefined && sight.busy === undefined;
  return absent && (state.status === "PENDING" || state.status === "PULLED") ? { ...state, status: "STOPPED" } : state;
};

const reasonToStop = (
  task: Task,
  states: ReadonlyMap<string, ContainerState>,
  now: number,
): Omit<StopRequest, "at"> | undefined => {
  for (const spec of task.spec.containers) {
    const state = states.get(spec.name)!;
    if (state.status === "STOPPED") {
      // AWS sees to what all containers need before it starts one: what is missing stops the task, whoever needs it.
      if (!spec.essential && !state.reason?.startsWith(RESOURCE_INITIALIZATION)) continue;
      if (state.startedAt === undefined)
        return { code: "TaskFailedToStart", reason: state.reason ?? `Container ${spec.name} did not start` };
      return {
        code: "EssentialContainerExited",
        reason: state.reason === OUT_OF_MEMORY ? OUT_OF_MEMORY : "Essential container in task exited",
      };
    }
    const blocked =
      blockedBy(task, spec, states) ?? (timedOut(task, spec, states, now) ? "its start timeout passed" : undefined);
    if (blocked) return { code: "TaskFailedToStart", reason: `Container ${spec.name} cannot start: ${blocked}` };
  }
  return undefined;
};

const blockedBy = (
  { spec: task }: Task,
  spec: ContainerSpec,
  states: ReadonlyMap<string, ContainerState>,
): string | undefined => {
  const { status } = states.get(spec.name)!;
  if (status === "RUNNING") return undefined;
  const gates = [...(status === "CREATED" ? [] : [createGate(spec, task, states)]), startGate(spec, task, states)];
  for (const gate of gates) if (gate.type === "never") return gate.reason;
  return undefined;
};

/** When a container that others wait for has used up its startTimeout without satisfying them. */
const timeoutAt = (
  task: Task,
  spec: ContainerSpec,
  states: ReadonlyMap<string, ContainerState>,
): number | undefined => {
  const { status } = states.get(spec.name)!;
  if (status === "RUNNING" || status === "STOPPED") return undefined;
  const names = waitedFor(spec, states);
  const waited = task.spec.containers
    .filter(({ name }) => names.includes(name))
    .flatMap(({ name, startTimeoutSeconds }) => {
      const startedAt = states.get(name)?.startedAt;
      return startTimeoutSeconds !== undefined && startedAt !== undefined
        ? [startedAt + startTimeoutSeconds * 1000]
        : [];
    });
  return waited.length > 0 ? Math.min(...waited) : undefined;
};

const timedOut = (task: Task, spec: ContainerSpec, states: ReadonlyMap<string, ContainerState>, now: number): boolean =>
  (timeoutAt(task, spec, states) ?? Number.POSITIVE_INFINITY) <= now;

const nextTimeout = (task: Task, states: ReadonlyMap<string, ContainerState>): number | undefined => {
  const times = task.spec.containers.flatMap((spec) => timeoutAt(task, spec, states) ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
};

const startingSteps = (
  task: Task,
  states: ReadonlyMap<string, ContainerState>,
  sights: ReadonlyMap<string, ContainerSight>,
): Step[] =>
  task.spec.containers.flatMap((spec): Step[] => {
    const { busy, found, logsOpen } = sightOf(sights, spec.name);
    if (busy) return [];
    const container = spec.name;
    switch (states.get(container)!.status) {
      case "PENDING":
        return [{ verb: "pull", container }];
      case "PULLED":
        return createGate(spec, task.spec, states).type === "open" ? [{ verb: "create", container }] : [];
      case "CREATED":
        return startGate(spec, task.spec, states).type === "open" ? [{ verb: "start", container }] : [];
      case "RUNNING":
        // Its program ended and is to run again, once all that it said before is kept.
        return found?.state === "exited" && !logsOpen ? [{ verb: "restart", container }] : [];
      default:
        return [];
    }
  });

const stoppingSteps = (
  task: Task,
  states: readonly ContainerState[],
  sights: ReadonlyMap<string, ContainerSight>,
): Step[] => {
  const running = new Set(states.filter((state) => state.status === "RUNNING").map((state) => state.name));
  return task.spec.containers.flatMap((spec): Step[] => {
    const container = spec.name;
    const sight = sightOf(sights, container);
    if (sight.busy) return [];
    // A late worker could still start what only was created; what is gone it cannot.
    if (sight.found?.state === "created") return [{ verb: "discard", container }];
    if (!running.has(container)) return [];
    if (dependentsOf(container, task.spec).some((dependent) => running.has(dependent))) return [];
    return [{ verb: "stop", container, graceSeconds: task.stop?.graceSeconds ?? spec.stopTimeoutSeconds }];
  });
};

/** A STOPPED task whose container still runs: an old attempt on a host that was lost and came back. Its result is not looked at. */
const leftovers = (task: Task, sights: ReadonlyMap<string, ContainerSight>): Step[] =>
  task.spec.containers.flatMap((spec): Step[] => {
    const { found, busy } = sightOf(sights, spec.name);
    if (busy || found === undefined) return [];
    if (found.state === "created") return [{ verb: "discard", container: spec.name }];
    return found.state === "running" || found.state === "paused" || found.state === "restarting"
      ? [{ verb: "stop", container: spec.name, graceSeconds: spec.stopTimeoutSeconds }]
      : [];
  });

const observe = (
  task: Task,
  containers: readonly ContainerState[],
  sights: ReadonlyMap<string, ContainerSight>,
  stopping: boolean,
  now: number,
): ObservedTask => {
  const before = task.observed;
  const allStopped = containers.every((state) => state.status === "STOPPED");
  const idle = task.spec.containers.every((spec) => {
    const sight = sightOf(sights, spec.name);
    return sight.busy === undefined && !sight.logsOpen && sight.found?.state !== "created";
  });
  const allStarted = haveAllStarted(task, containers);
  const allRan = containers.every((state) => state.startedAt !== undefined);
  const status = nextStatus(before.status, { stopping, allStarted, allRan, ended: allStopped && idle });
  const pullStarts = [...sights.values()].flatMap((sight) => sight.pullStartedAt ?? []);
  const pulled = pullStarts.length > 0 && containers.every((state) => state.status !== "PENDING");
  const starts = containers.flatMap((state) => state.startedAt ?? []);
  const ends = containers.flatMap((state) => state.finishedAt ?? []);
  return {
    ...before,
    status,
    containers,
    ...(before.pullStartedAt === undefined && pullStarts.length > 0 && { pullStartedAt: Math.min(...pullStarts) }),
    ...(before.pullStoppedAt === undefined && pulled && !stopping && { pullStoppedAt: now }),
    ...(before.startedAt === undefined && status === "RUNNING" && { startedAt: Math.max(...starts) }),
    ...(allStopped && ends.length > 0 && { executionStoppedAt: Math.max(...ends) }),
    ...(status === "STOPPED" && { stoppedAt: now }),
    ...limitsHeldBy(sights),
  };
};

/** One container tells for all of a task: they share its cgroup or have none. */
const limitsHeldBy = (sights: ReadonlyMap<string, ContainerSight>): Pick<ObservedTask, "limitsHeldBy"> => {
  const found = [...sights.values()].find((sight) => sight.found !== undefined)?.found;
  return found ? { limitsHeldBy: found.cgroupParent === undefined ? "containers" : "task-cgroup" } : {};
};

/** One that is not essential and failed to start does not hold the task back. One that a stop came before did not fail. */
const haveAllStarted = (task: Task, containers: readonly ContainerState[]): boolean =>
  task.spec.containers.every((spec) => {
    const state = containers.find(({ name }) => name === spec.name)!;
    const hasFailed = state.status === "STOPPED" && (state.reason ?? state.exitCode) !== undefined;
    return state.startedAt !== undefined || (!spec.essential && hasFailed);
  }) && containers.some((state) => state.startedAt !== undefined);

const nextStatus = (
  from: TaskStatus,
  { stopping, allStarted, allRan, ended }: { stopping: boolean; allStarted: boolean; allRan: boolean; ended: boolean },
): TaskStatus => {
  // A task that ran was RUNNING, however short: whoever counts on that event gets it before the next.
  const started = allRan || (allStarted && !stopping) ? move(TASK_MOVES, from, "started") : undefined;
  if (started) return started;
  if (ended && stopping) return move(TASK_MOVES, from, "stopped") ?? from;
  return stopping ? (move(TASK_MOVES, from, "stopping") ?? from) : from;
};

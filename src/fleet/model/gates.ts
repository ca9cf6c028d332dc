import { namespaceHolder } from "./namespace-holder.ts";
import { networkHolder } from "./pause.ts";
import type { ContainerState } from "./task.ts";
import type { ContainerSpec, Dependency, DependencyCondition, TaskSpec } from "./task-spec.ts";

/** What a container waits for: met, still open, or never to be met, with the reason. */
export type Gate =
  | { readonly type: "open" }
  | { readonly type: "wait" }
  | { readonly type: "never"; readonly reason: string };

const OPEN: Gate = { type: "open" };
const WAIT: Gate = { type: "wait" };

type Check = (state: ContainerState) => boolean | "never";

type States = ReadonlyMap<string, ContainerState>;

const hasStarted = (state: ContainerState): boolean => state.startedAt !== undefined;

/** `never`: it has ended, and nothing can make the condition true any more. */
const MET: Readonly<Record<DependencyCondition, Check>> = {
  START: (state) => hasStarted(state) || (state.status === "STOPPED" && "never"),
  COMPLETE: (state) => state.status === "STOPPED" && (hasStarted(state) || "never"),
  SUCCESS: (state) => state.status === "STOPPED" && (state.exitCode === 0 || "never"),
  HEALTHY: (state) => (state.status === "STOPPED" ? "never" : state.health === "HEALTHY"),
};

/** Links, volumesFrom and shared namespaces need the other container to exist before this one can be created. */
export const createGate = (spec: ContainerSpec, task: TaskSpec, states: States): Gate => {
  for (const name of [...linkedNames(spec), ...spec.volumesFrom.map((from) => from.container), ...joined(spec, task)]) {
    const other = states.get(name);
    if (other === undefined || other.status === "PENDING" || other.status === "PULLED") return WAIT;
    if (other.runtimeId === undefined) return { type: "never", reason: `its container ${name} was never created` };
  }
  return OPEN;
};

/** dependsOn by its conditions, links by START, shared namespaces while they last. */
export const startGate = (spec: ContainerSpec, task: TaskSpec, states: States): Gate => {
  const gates = [
    ...conditionsOf(spec).map((condition) => conditionGate(condition, states)),
    ...joined(spec, task).map((holder) => namespaceGate(holder, states.get(holder))),
  ];
  return gates.find(({ type }) => type === "never") ?? gates.find(({ type }) => type === "wait") ?? OPEN;
};

/** Names of the containers whose conditions are not met yet, and may still be. */
export const waitedFor = (spec: ContainerSpec, states: States): string[] =>
  conditionsOf(spec)
    .filter((condition) => conditionGate(condition, states).type === "wait")
    .map(({ container }) => container);

const conditionsOf = (spec: ContainerSpec): Dependency[] => [
  ...spec.dependsOn,
  ...linkedNames(spec).map((container) => ({ container, condition: "START" as const })),
];

const conditionGate = ({ container, condition }: Dependency, states: States): Gate => {
  const other = states.get(container);
  const met = other !== undefined && MET[condition](other);
  if (met === "never") return { type: "never", reason: `${container} can no longer be ${condition}` };
  return met ? OPEN : WAIT;
};

const joined = (spec: ContainerSpec, task: TaskSpec): string[] => {
  const holders = new Set([namespaceHolder(task), networkHolder(task)]);
  return [...holders].filter((holder) => holder !== undefined && holder !== spec.name) as string[];
};

/** A namespace ends with the program that it was made for. */
const namespaceGate = (holder: string, state: ContainerState | undefined): Gate => {
  if (state?.status === "STOPPED")
    return { type: "never", reason: `the namespaces of ${holder}, which it shares, ended with it` };
  return state?.status === "RUNNING" ? OPEN : WAIT;
};

/** Names of the containers that must have stopped before this one may be asked to: those that depend on it. */
export const dependentsOf = (name: string, task: TaskSpec): string[] =>
  task.containers
    .filter(
      (other) =>
        other.dependsOn.some((dependency) => dependency.container === name) ||
        linkedNames(other).includes(name) ||
        other.volumesFrom.some((from) => from.container === name) ||
        joined(other, task).includes(name),
    )
    .map((other) => other.name);

/** `db:database` links to `db`. */
export const linkedNames = (spec: ContainerSpec): string[] => spec.links.map((link) => link.split(":")[0] ?? link);

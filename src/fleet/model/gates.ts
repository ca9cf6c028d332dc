import type { ContainerState } from "./task.ts";
import type { ContainerSpec, DependencyCondition } from "./task-spec.ts";

/** What a container waits for: met, still open, or never to be met, with the reason. */
export type Gate =
  | { readonly type: "open" }
  | { readonly type: "wait" }
  | { readonly type: "never"; readonly reason: string };

const OPEN: Gate = { type: "open" };
const WAIT: Gate = { type: "wait" };

type Check = (state: ContainerState) => boolean | "never";

const hasStarted = (state: ContainerState): boolean => state.startedAt !== undefined;

/** `never`: it has ended, and nothing can make the condition true any more. */
const MET: Readonly<Record<DependencyCondition, Check>> = {
  START: (state) => hasStarted(state) || (state.status === "STOPPED" && "never"),
  COMPLETE: (state) => state.status === "STOPPED",
  SUCCESS: (state) => state.status === "STOPPED" && (state.exitCode === 0 || "never"),
  HEALTHY: (state) => (state.status === "STOPPED" ? "never" : state.health === "HEALTHY"),
};

/** Links and volumesFrom need the other container to exist before this one can be created. */
export const createGate = (spec: ContainerSpec, states: ReadonlyMap<string, ContainerState>): Gate => {
  for (const name of [...linkedNames(spec), ...spec.volumesFrom.map((from) => from.container)]) {
    const other = states.get(name);
    if (other === undefined || other.status === "PENDING" || other.status === "PULLED") return WAIT;
    if (other.runtimeId === undefined) return { type: "never", reason: `its container ${name} was never created` };
  }
  return OPEN;
};

/** dependsOn by its conditions, links by START. */
export const startGate = (spec: ContainerSpec, states: ReadonlyMap<string, ContainerState>): Gate => {
  const conditions = [
    ...spec.dependsOn,
    ...linkedNames(spec).map((container) => ({ container, condition: "START" as const })),
  ];
  for (const { container, condition } of conditions) {
    const other = states.get(container);
    const met = other !== undefined && MET[condition](other);
    if (met === "never") return { type: "never", reason: `${container} can no longer be ${condition}` };
    if (!met) return WAIT;
  }
  return OPEN;
};

/** Names of the containers that must have stopped before this one may be asked to: those that depend on it. */
export const dependentsOf = (name: string, containers: readonly ContainerSpec[]): string[] =>
  containers
    .filter(
      (other) =>
        other.dependsOn.some((dependency) => dependency.container === name) ||
        linkedNames(other).includes(name) ||
        other.volumesFrom.some((from) => from.container === name),
    )
    .map((other) => other.name);

/** `db:database` links to `db`. */
export const linkedNames = (spec: ContainerSpec): string[] => spec.links.map((link) => link.split(":")[0] ?? link);

import type { ContainerPlan, LogLine, ObservedContainer } from "../../fleet/model/container-plan.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import type { Behaviour } from "./behaviour.ts";

/** A simulated container: its plan, what it does, and what was seen of it. */
export interface SimulatedContainer {
  readonly id: ContainerId;
  readonly plan: ContainerPlan;
  readonly imageDigest: string;
  readonly createdAt: number;
  readonly lines: LogLine[];
  /** Those who wait for a line or the end. */
  readonly watchers: Set<() => void>;
  behaviour?: Behaviour;
  state: "created" | "running" | "exited";
  exitCode?: number;
  oomKilled: boolean;
  error?: string;
  /** How often its program was started: a test's proof that none ran twice. */
  starts: number;
  startedAt?: number;
  finishedAt?: number;
  bindings: ObservedContainer["bindings"];
  /** What its check last found, where a test told. */
  health?: ObservedContainer["health"];
  callOffEnd: () => void;
}

/** A simulated container as an engine tells of it. */
export const observed = (container: SimulatedContainer): ObservedContainer => {
  const { id, plan, state, imageDigest, createdAt, oomKilled, bindings, exitCode, error, startedAt, finishedAt } =
    container;
  const health = container.health ?? (container.behaviour?.healthy === false ? "UNHEALTHY" : "HEALTHY");
  return {
    id,
    name: plan.name,
    labels: plan.labels,
    state,
    imageDigest,
    createdAt,
    oomKilled,
    bindings,
    ...(plan.cgroupParent === undefined ? {} : { cgroupParent: plan.cgroupParent }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(error === undefined ? {} : { error }),
    ...(state === "running" ? { pid: 1 } : {}),
    ...(state === "running" && plan.address !== undefined ? { address: plan.address } : {}),
    ...(plan.healthCheck && state === "running" ? { health } : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
};

import { createHash } from "node:crypto";
import type { ContainerPlan, ContainerStats, ObservedContainer } from "../../fleet/model/container-plan.ts";
import type { ContainerId } from "../../fleet/model/ids.ts";
import { type ContainerEngine, EngineError } from "../../fleet/ports.ts";
import type { SimulatedTime } from "./clock.ts";
import { observed, type SimulatedContainer } from "./container.ts";
import type { FaultGate } from "./faults.ts";
import { joinNetwork } from "./networking.ts";
import type { Programs } from "./programs.ts";
import { includesLabels } from "./shelf.ts";

export interface ContainerDeps {
  readonly gate: FaultGate;
  readonly time: SimulatedTime;
  readonly containerById: Map<ContainerId, SimulatedContainer>;
  readonly running: Programs;
  readonly tell: (container: SimulatedContainer, action: string) => void;
  readonly hasNetwork: (name: string) => boolean;
  readonly images: Pick<ContainerEngine, "imageDigest">;
}

type ContainerVerbs = Pick<ContainerEngine, "create" | "start" | "stop" | "remove" | "inspect" | "stats" | "list">;

/** The verbs about containers, and what Docker refuses. */
export const containerVerbs = (deps: ContainerDeps): ContainerVerbs => {
  const { gate, time, containerById, running, tell } = deps;
  let made = 0;
  const known = (id: ContainerId): SimulatedContainer => {
    const container = containerById.get(id);
    if (!container) throw new EngineError(404, `No such container: ${id}`);
    return container;
  };
  const make = (plan: ContainerPlan, imageDigest: string): ContainerId => {
    made += 1;
    const id = createHash("sha256").update(`${plan.name} ${made}`).digest("hex") as ContainerId;
    const container: SimulatedContainer = {
      id,
      plan,
      imageDigest,
      createdAt: time.now(),
      lines: [],
      watchers: new Set(),
      state: "created",
      oomKilled: false,
      starts: 0,
      bindings: [],
      callOffEnd: () => {},
    };
    containerById.set(id, container);
    tell(container, "create");
    return id;
  };
  const create = async (plan: ContainerPlan): Promise<ContainerId> => {
    const imageDigest = await deps.images.imageDigest(plan.image);
    if (!imageDigest) throw new EngineError(404, `No such image: ${plan.image}`);
    const existing = [...containerById.values()].find(({ plan: { name } }) => name === plan.name);
    if (!existing) return make(plan, imageDigest);
    if (includesLabels(existing.plan.labels, plan.labels)) return existing.id;
    throw new EngineError(409, `The name ${plan.name} is taken by container ${existing.id}, which has other labels`);
  };
  const inspect: ContainerEngine["inspect"] = (id) =>
    gate.pass("inspect", () => {
      const container = containerById.get(id);
      return container && observed(container);
    });
  return {
    create: (plan) => gate.pass("create", () => create(plan)),
    start: (id) =>
      gate.pass("start", () => {
        const container = known(id);
        if (container.state === "running") return;
        joinNetwork(container.plan, containerById.values(), deps.hasNetwork);
        running.start(container);
      }),
    stop: (id, graceSeconds) =>
      gate.pass("stop", async () => {
        const container = containerById.get(id);
        if (container) await running.stop(container, graceSeconds);
      }),
    remove: (idOrName) =>
      gate.pass("remove", () => {
        const container =
          containerById.get(idOrName as ContainerId) ??
          [...containerById.values()].find(({ plan }) => plan.name === idOrName);
        if (container?.state === "running")
          throw new EngineError(409, `You cannot remove a running container ${container.id}`);
        if (container && containerById.delete(container.id)) tell(container, "destroy");
      }),
    inspect,
    stats: (id) =>
      gate.pass("stats", () => {
        const container = containerById.get(id);
        return container?.state === "running" ? measured(container, time.now()) : undefined;
      }),
    list: (labels, untold) =>
      gate.pass("list", async () => {
        const seen: ObservedContainer[] = [];
        for (const { id, plan } of [...containerById.values()]) {
          if (!includesLabels(plan.labels, labels)) continue;
          const found = await inspect(id).catch((error: unknown) => {
            if (!untold || !(error instanceof EngineError)) throw error;
            untold({ id, labels: plan.labels });
          });
          if (found) seen.push(found);
        }
        return seen;
      }),
  };
};

const NANOS_PER_MS = 1_000_000;
const MIB = 1_048_576;

/** Programs in memory keep one core busy and take 1 MiB. */
const measured = ({ startedAt = 0, plan }: SimulatedContainer, now: number): ContainerStats => {
  const usedBy = (moment: number) => ({
    cpu_usage: { total_usage: Math.max(0, moment - startedAt) * NANOS_PER_MS },
  });
  return {
    read: new Date(now).toISOString(),
    cpu_stats: usedBy(now),
    precpu_stats: usedBy(now - 1000),
    memory_stats: { usage: MIB, ...(plan.memoryMiB !== undefined && { limit: plan.memoryMiB * MIB }) },
  };
};

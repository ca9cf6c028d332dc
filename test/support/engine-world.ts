import { randomBytes } from "node:crypto";
import type { ContainerPlan } from "../../src/fleet/model/container-plan.ts";
import type { ContainerEngine } from "../../src/fleet/ports.ts";
import { aPlan } from "./engine-plan.ts";

type Command = Pick<ContainerPlan, "command" | "memoryMiB">;

/** Programs that every kind of engine can run, each by the command it takes there. */
export interface Programs {
  exits(code: number): Command;
  /** Writes `up`, then runs until TERM and exits with that code. */
  serves(code: number): Command;
  /** Writes `up`, then ignores TERM. */
  isStubborn(): Command;
  /** `line 1`, `line 2`, … */
  prints(count: number): Command;
  /** Asks for more memory than it is allowed. */
  swallows(): Command;
  isMissing(): Command;
}

/** An engine under test. */
export interface EngineWorld {
  readonly engine: ContainerEngine;
  /** An engine at an address where nothing listens. */
  readonly nobody: ContainerEngine;
  readonly image: string;
  readonly programs: Programs;
  /** Marks everything this run makes. */
  readonly labels: Readonly<Record<string, string>>;
  /** Addresses of networks that another run hardly asks for: the first three numbers. */
  readonly subnets: readonly [string, string];
  name(what: string): string;
  plan(name: string, changes?: Partial<ContainerPlan>): ContainerPlan;
}

/** An engine with names and labels of its own, so that two runs share it in peace. */
export const engineWorld = (parts: Pick<EngineWorld, "engine" | "nobody" | "image" | "programs">): EngineWorld => {
  const run = randomBytes(4).toString("hex");
  const labels = { "berth.test": run };
  const name = (what: string) => `berth-test-${run}-${what}`;
  return {
    ...parts,
    labels,
    subnets: [`10.231.${Number.parseInt(run.slice(0, 2), 16)}`, `10.232.${Number.parseInt(run.slice(0, 2), 16)}`],
    name,
    plan: (what, changes = {}) =>
      aPlan({
        name: name(what),
        image: parts.image,
        ...changes,
        labels: { ...labels, "berth.what": what, ...changes.labels },
      }),
  };
};

/** Removes what the run made, running or not. */
export const cleanUp = async ({ engine, labels }: EngineWorld): Promise<void> => {
  const remove = async ({ id }: { id: Parameters<ContainerEngine["stop"]>[0] }) => {
    await engine.stop(id, 0);
    await engine.remove(id);
  };
  await Promise.all((await engine.list(labels)).map(remove));
  await Promise.all((await engine.listNetworks(labels)).map(({ name }) => engine.removeNetwork(name)));
  await Promise.all((await engine.listVolumes(labels)).map(({ name }) => engine.removeVolume(name)));
};

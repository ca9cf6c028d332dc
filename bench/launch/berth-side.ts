import { aBerth, type TestBerth } from "../../test/support/berth.ts";
import { idOf, script, tasksOf } from "../../test/support/tasks.ts";
import { until } from "../../test/support/until.ts";
import { followTasks } from "./task-changes.ts";

type Teardown = () => unknown;

/** Berth as the benchmark sees it: through AWS's client and the events, as any user could. */
export interface BerthSide {
  readonly berth: TestBerth;
  /** One task of the family from RunTask to STOPPED. Throws unless it exited with 0. */
  run(family: string): Promise<void>;
  /** Milliseconds from before RunTask was asked until RUNNING was told; resolves when the task has STOPPED. */
  latency(family: string): Promise<number>;
  /** A family of one container that runs a script. */
  define(text: string): Promise<string>;
  /** CPU seconds of the control plane since its start. */
  cpuSeconds(): Promise<number>;
  /** Resolves when no container of Berth's is left on the engine. */
  removed(): Promise<void>;
}

/** Starts a Berth with a home, a Redis (append-only, a sync before each answer) and hosts of its own; takes it away with all it made after `use`. `config` is its berth.yaml. */
export const withBerth = async (use: (side: BerthSide) => Promise<void>, config?: string): Promise<void> => {
  const teardowns: Teardown[] = [];
  const owner = {
    teardown: (teardown: Teardown) => void teardowns.unshift(teardown),
    passing: () => true,
    comment: console.error,
  };
  let taken: Promise<void> | undefined;
  const takeAway = (): Promise<void> => {
    taken ??= (async () => {
      for (const teardown of teardowns) await teardown();
    })();
    return taken;
  };
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => void takeAway().finally(() => process.exit(1)));
  try {
    const berth = await aBerth(owner, config === undefined ? {} : { config });
    const changes = await followTasks(berth);
    teardowns.unshift(changes.close);
    await use(sideOf(berth, changes));
  } finally {
    await takeAway();
  }
};

const sideOf = (berth: TestBerth, changes: Awaited<ReturnType<typeof followTasks>>): BerthSide => {
  const tasks = tasksOf(berth.ecs);
  const runOne = async (family: string) => (await tasks.runMany(family))[0]!;
  let checked = 0;
  return {
    berth,
    define: (text) => tasks.define([script(text)]),
    async run(family) {
      const task = await runOne(family);
      await changes.reached(idOf(task), "STOPPED");
      // Now and then is enough to know that they do what they should; asking each time would be work that the raw loop has not.
      if (checked++ % 10 === 0) {
        const [container] = (await tasks.describe(task)).containers ?? [];
        if (container?.exitCode !== 0) throw new Error(`a task ended with ${JSON.stringify(container)}`);
      }
    },
    async latency(family) {
      const asked = performance.now();
      const task = await runOne(family);
      const running = await changes.reached(idOf(task), "RUNNING");
      await changes.reached(idOf(task), "STOPPED");
      return running - asked;
    },
    async cpuSeconds() {
      const text = await (await fetch(`${berth.url}/metrics`)).text();
      const total = /^process_cpu_seconds_total (\S+)/m.exec(text)?.[1];
      if (total === undefined) throw new Error("/metrics tells no process_cpu_seconds_total");
      return Number(total);
    },
    async removed() {
      await until("Berth to remove its containers", berth.engine.containers, (left) => left.length === 0);
    },
  };
};

import type { Task } from "@aws-sdk/client-ecs";
import type { Test } from "tap";
import { aBerth, type TestBerth } from "./berth.ts";
import { type ControlPlane, spawnControlPlane } from "./control-plane.ts";
import { leavesNothing } from "./leaves-nothing.ts";
import { named, TALLY, tallied, tallyOf } from "./tally.ts";
import { tasksOf } from "./tasks.ts";
import { until } from "./until.ts";

/** Every place in the fleet's loops where a control plane can be made to die. */
export const FLEET_FAILPOINTS: readonly string[] = [
  "owner.acquired",
  "place.before-commit",
  "place.committed",
  "launch.before-create",
  "launch.created",
  "launch.before-start",
  "launch.started",
  "observe.before-record",
  "janitor.before-remove",
];

/** Met only by tasks with a restart policy: restarts.test.ts dies at each. */
export const RESTART_FAILPOINTS: readonly string[] = ["restart.before-start", "restart.started"];

/** Where a control plane dies: at a failpoint, after it passed it so often. */
export interface CrashPoint {
  readonly name: string;
  readonly passes?: number;
}

/**
 * One control plane after the other, on one Berth, each dies at its own point while it also has to finish what the dead ones
 * before it left. The last one lives; then every task must have run once, to its own end, and left nothing.
 */
export const crashChain = async (t: Test, points: readonly CrashPoint[]): Promise<void> => {
  const berth = await aBerth(t);
  const family = await tasksOf(berth.ecs).define([tallied("exit 6")], TALLY);
  await berth.plane().kill();
  const asked = new Map<string, Task | undefined>();
  for (const [index, { name, passes = 0 }] of points.entries()) {
    for (let more = 0; more <= passes; more += 1) asked.set(`${index}-${more}`, undefined);
    const plane = await spawnControlPlane({ ...berth.setting, failpoints: `${name}=crash*${passes}` });
    t.teardown(() => plane.kill());
    const death = await deathOf(plane, `pass ${name} ${passes + 1} times`, () => askForAll(berth, family, asked));
    t.equal(death, "SIGKILL", `it died at ${name} after ${passes} passes`);
  }
  await berth.start();
  await askForAll(berth, family, asked);
  const tasks = tasksOf(berth.ecs);
  for (const task of await Promise.all([...asked.values()].map((task) => tasks.stopped(task!))))
    t.match(task, { stopCode: "EssentialContainerExited", containers: [{ exitCode: 6 }] });
  t.strictSame(await tallyOf(berth), [...asked.keys()].sort(), "each ran once");
  await leavesNothing(t, berth);
};

/** Asks for every task that no answer came for: its token is the same task, however often it is asked for. */
const askForAll = async ({ ecs }: TestBerth, family: string, asked: Map<string, Task | undefined>): Promise<void> => {
  for (const [name, task] of asked) {
    if (task) continue;
    const { tasks = [] } = await ecs.runTask({ taskDefinition: family, clientToken: name, ...named(name) });
    asked.set(name, tasks[0]);
  }
};

/** Goes on asking until the control plane is dead; resolves to the signal it died of. */
const deathOf = async (plane: ControlPlane, what: string, ask: () => Promise<void>): Promise<string | null> => {
  let death: string | null | undefined;
  void plane.gone.then((signal) => {
    death = signal;
  });
  await until(
    `the control plane to ${what}`,
    async () => {
      if (death === undefined) await ask();
    },
    () => death !== undefined,
    { patienceMs: 120_000 },
  ).catch(async (error: Error) => {
    // What was asked may have failed because it died.
    if (death === undefined) throw new Error(`${error.message}\nIt said:\n${(await plane.log()).slice(-4_000)}`);
  });
  return death ?? null;
};

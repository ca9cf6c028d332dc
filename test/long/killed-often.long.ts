import t from "tap";
import { aBerth } from "../support/berth.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { named, TALLY, tallied, tallyOf } from "../support/tally.ts";
import { tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

const ROUNDS = 8;
const TASKS_A_ROUND = 8;

t.setTimeout(1_800_000);
const berth = await aBerth(t);
const { ecs } = berth;
const tasks = tasksOf(ecs);

t.test("control plane and Redis killed over and over among tasks: all run once, with true exit codes", async (t) => {
  const family = await tasks.define([tallied("seq 1 100; sleep $(($NAME % 5)); exit $(($NAME % 7))")], TALLY);
  const placed = new Map<number, string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const names = Array.from({ length: TASKS_A_ROUND }, (_, index) => round * TASKS_A_ROUND + index);
    for (const name of names) {
      // Hosts may be full of the rounds before: asked again until there is a place.
      const { taskArn } = await until(
        `task ${name} to be placed`,
        async () =>
          (await ecs.runTask({ taskDefinition: family, clientToken: `t${name}`, ...named(String(name)) })).tasks?.[0] ??
          {},
        (task) => task.taskArn !== undefined,
      );
      placed.set(name, taskArn!);
    }
    const isForRedis = round % 2 === 1;
    await until(
      "a task of this round to have begun",
      () => tallyOf(berth),
      (lines) => names.some((name) => lines.includes(String(name))),
    );
    if (isForRedis) {
      await berth.redis.kill();
      await berth.redis.start();
    } else {
      await berth.plane().kill();
      await berth.start();
    }
  }
  for (const [name, taskArn] of placed) {
    const task = await tasks.stopped({ taskArn });
    t.equal(task.containers?.[0]?.exitCode, name % 7, `exit code of task ${name}`);
    t.equal((await berth.logs(taskArn)).length, 100, `output of task ${name}`);
  }
  t.strictSame(await tallyOf(berth), [...placed.keys()].map(String).sort(), "each ran once");
});

await leavesNothing(t, berth);

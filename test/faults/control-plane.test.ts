import t from "tap";
import { aBerth } from "../support/berth.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { named, TALLY, tallied, tallyOf } from "../support/tally.ts";
import { idOf, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

t.setTimeout(600_000);
const berth = await aBerth(t);
const { ecs, engine } = berth;
const tasks = tasksOf(ecs);

/** Runs until it is told to end; then its exit code is 3. */
const LONG = `trap "echo ended; exit 3" USR1; echo waits; while :; do sleep 60 & wait $!; done`;
const SHORT = `seq 1 200; exit $NAME`;

t.test("a control plane killed among long and short tasks loses none and runs none twice", async (t) => {
  const [long, short] = await Promise.all([
    tasks.define([tallied(LONG)], TALLY),
    tasks.define([tallied(SHORT)], TALLY),
  ]);
  const run = async (family: string, name: string) => (await tasks.runMany(family, named(name)))[0]!;
  const longNames = ["101", "102", "103", "104", "105", "106"];
  const longs = await Promise.all(longNames.map((name) => run(long, name)));
  await Promise.all(longs.map((task) => tasks.is("RUNNING", task)));
  const shortNames = ["0", "1", "2", "3", "4", "5"];
  const shorts = await Promise.all(shortNames.map((name) => run(short, name)));
  // Some of them are being pulled, created or started at this moment.
  await until(
    "one short task to have begun",
    () => tallyOf(berth),
    (lines) => lines.length > longs.length,
  );
  await berth.plane().kill();

  const endNow = async (some: typeof longs) => {
    for (const task of some) {
      const [container] = await engine.containersOf(task.taskArn!);
      await engine.docker.getContainer(container!.Id).kill({ signal: "USR1" });
    }
  };
  await endNow(longs.slice(0, 3));
  await berth.start();
  await endNow(longs.slice(3));

  const ended = await Promise.all([...longs, ...shorts].map((task) => tasks.stopped(task)));
  t.strictSame(
    ended.map(({ containers = [] }) => containers[0]?.exitCode),
    [3, 3, 3, 3, 3, 3, 0, 1, 2, 3, 4, 5],
    "true exit codes, also of those that ended while nobody watched",
  );
  t.strictSame(await tallyOf(berth), [...longNames, ...shortNames].sort(), "each ran once");
  for (const task of longs) t.strictSame(await berth.logs(task.taskArn!), ["waits", "ended"]);
  const counted = Array.from({ length: 200 }, (_, index) => String(index + 1));
  for (const task of shorts) t.strictSame(await berth.logs(task.taskArn!), counted, `all output of ${idOf(task)}`);
});

t.test("a container that somebody removes by hand stops its task, with why", async (t) => {
  const task = await tasks.is("RUNNING", await tasks.run([tallied(LONG)], TALLY, named("removed")));
  const [container] = await engine.containersOf(task.taskArn!);
  await engine.docker.getContainer(container!.Id).remove({ force: true });
  t.match(await tasks.stopped(task), {
    stopCode: "EssentialContainerExited",
    containers: [{ lastStatus: "STOPPED", reason: /removed/ }],
  });
});

t.test("what was acknowledged survives a Redis killed in the middle, and goes on with it", async (t) => {
  const family = await tasks.define([tallied("exit 4")], TALLY);
  const names = ["r1", "r2", "r3"];
  const placed = await Promise.all(names.map(async (name) => (await tasks.runMany(family, named(name)))[0]!));
  await berth.redis.kill();
  const refused = await ecs.listClusters({}).then(
    () => "answered",
    (error: { $metadata: { httpStatusCode?: number } }) => error.$metadata.httpStatusCode,
  );
  t.ok(refused === 500 || refused === 503, `a request meanwhile is refused at once, with ${refused}`);
  await berth.redis.start();
  const ended = await Promise.all(placed.map((task) => tasks.stopped(task)));
  t.strictSame(
    ended.map(({ containers = [] }) => containers[0]?.exitCode),
    [4, 4, 4],
  );
  t.strictSame(
    (await tallyOf(berth)).filter((line) => line.startsWith("r")),
    [...names, "removed"],
  );
  t.match(await ecs.describeTaskDefinition({ taskDefinition: family }), { taskDefinition: { family } });
});

await leavesNothing(t, berth);

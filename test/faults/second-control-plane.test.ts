import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { Task } from "@aws-sdk/client-ecs";
import t from "tap";
import { openRedis } from "../../src/adapters/redis/connect.ts";
import { aBerth, clientOf } from "../support/berth.ts";
import { type ControlPlane, spawnControlPlane, startControlPlane } from "../support/control-plane.ts";
import { freePort } from "../support/free-port.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { named, TALLY, tallied, tallyOf } from "../support/tally.ts";
import { tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

t.setTimeout(600_000);
const berth = await aBerth(t);
const { engine } = berth;

const elsewhere = async () => ({ ...berth.setting, port: await freePort(), registryPort: await freePort() });

/** A lease lasts five seconds and is looked for every second; the rest is for a machine that is busy. */
const TAKEN_OVER_WITHIN_MS = 20_000;

/** Hosts that it took since it was started, in lines of its log. */
const taken = async (plane: ControlPlane): Promise<string[]> =>
  (await plane.log()).split("\n").filter((line) => line.includes('"owns host"'));

const takes = (plane: ControlPlane, count: number): Promise<string[]> =>
  until(
    `a control plane to have taken ${count} hosts`,
    () => taken(plane),
    (lines) => lines.length === count,
  );

t.test("two control planes share the hosts, and one that dies or ends leaves them to the other", async (t) => {
  const second = await startControlPlane(await elsewhere());
  t.teardown(() => second.kill());
  // Of four: three of the pool, and one of Fargate.
  await takes(second, 2);
  const ecs = clientOf(second.url, berth.keys);
  t.teardown(() => ecs.destroy());
  const tasks = tasksOf(ecs);
  const family = await tasks.define(
    [tallied(`trap "echo ended; exit 3" USR1; echo waits; while :; do sleep 60 & wait $!; done`)],
    TALLY,
  );
  const names = ["1", "2", "3"];
  /** One after the other: so each sees the others' hosts, and they spread. */
  const runEach = async (each: readonly string[]): Promise<Task[]> => {
    const started: Task[] = [];
    for (const name of each) started.push((await tasks.runMany(family, named(name)))[0]!);
    await Promise.all(started.map((task) => tasks.is("RUNNING", task)));
    return started;
  };
  const longs = await runEach(names);
  const hosts = new Set(longs.map((task) => task.containerInstanceArn));
  t.equal(hosts.size, 3, "asked at the second, run by both");

  const killedAt = Date.now();
  await berth.plane().kill();
  const short = await tasks.define([tallied("exit $NAME")], TALLY);
  const next = (await tasks.runMany(short, named("4")))[0]!;
  for (const task of longs) {
    const [container] = await engine.containersOf(task.taskArn!);
    await engine.docker.getContainer(container!.Id).kill({ signal: "USR1" });
  }
  const owned = await takes(second, 4);
  const lastAt = Math.max(...owned.map((line) => Date.parse((JSON.parse(line) as { time: string }).time)));
  t.ok(lastAt - killedAt < TAKEN_OVER_WITHIN_MS, `taken over after ${lastAt - killedAt} ms`);
  t.match(await tasks.stopped(next), { containers: [{ exitCode: 4 }] });
  for (const task of longs) t.match(await tasks.stopped(task), { containers: [{ exitCode: 3 }] });

  const staying = await runEach(["5", "6", "7"]);
  const first = await berth.start();
  await takes(first, 2);
  t.equal(await second.stop(), 0, "and it ends in order");
  await takes(first, 4);
  const own = tasksOf(berth.ecs);
  for (const task of staying) {
    const [container] = await engine.containersOf(task.taskArn!);
    await engine.docker.getContainer(container!.Id).kill({ signal: "USR1" });
  }
  for (const task of staying) t.match(await own.stopped(task), { containers: [{ exitCode: 3 }] });
  t.strictSame(await tallyOf(berth), [...names, "4", "5", "6", "7"], "each ran once");
  for (const task of [...longs, ...staying]) t.strictSame(await berth.logs(task.taskArn!), ["waits", "ended"]);
});

t.test("a port that another program has is named, and the hosts go on", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  t.teardown(() => other.close());
  const { port } = other.address() as { port: number };
  const plane = await spawnControlPlane({ ...(await elsewhere()), port });
  t.equal(await plane.gone, null, "it ends by itself");
  const lastLine = (await plane.log()).trimEnd().split("\n").at(-1);
  t.equal(lastLine, `BERTH_PORT: port ${port} is taken by another program: choose another`);
  const tasks = tasksOf(berth.ecs);
  const family = await tasks.define([tallied("exit 0")], TALLY);
  t.match(await tasks.stopped((await tasks.runMany(family, named("8")))[0]!), { containers: [{ exitCode: 0 }] });
});

t.test("a Redis of another installation is refused in a line", async (t) => {
  const setup = await readFile(`${berth.home}/run/setup.json`, "utf8");
  const home = t.testdir({ run: { "setup.json": setup }, "berth.yaml": "" });
  const plane = await spawnControlPlane({ ...(await elsewhere()), home });
  t.equal(await plane.gone, null, "it ends by itself");
  t.match((await plane.log()).trimEnd().split("\n"), [/installation/]);
});

t.test("a Redis that lost its state is refused in a line, until its user says to begin anew", async (t) => {
  await berth.plane().stop();
  const { redis, close } = await openRedis(berth.redis, berth.installation);
  await redis.flushall();
  await close();
  const refused = await spawnControlPlane(berth.setting);
  t.equal(await refused.gone, null, "it ends by itself");
  const [line = "", ...more] = (await refused.log()).trimEnd().split("\n");
  t.match(line, /is empty, and since .* this installation had its state there/);
  t.strictSame(more, []);
  await rm(/delete (\S+) and start again/.exec(line)?.[1] ?? "");
  await berth.start();
  t.strictSame((await berth.ecs.listTasks({ desiredStatus: "STOPPED" })).taskArns, []);
});

await leavesNothing(t, berth);

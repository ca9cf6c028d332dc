import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import t from "tap";
import { aBerth, clientOf } from "../support/berth.ts";
import { spawnControlPlane, startControlPlane } from "../support/control-plane.ts";
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
const TAKEN_OVER_WITHIN_MS = 10_000;

t.test("a control plane takes over the hosts of another that died, with all that runs there", async (t) => {
  const second = await startControlPlane(await elsewhere());
  t.teardown(() => second.kill());
  const ecs = clientOf(second.url, berth.keys);
  t.teardown(() => ecs.destroy());
  const tasks = tasksOf(ecs);
  const family = await tasks.define(
    [tallied(`trap "echo ended; exit 3" USR1; echo waits; while :; do sleep 60 & wait $!; done`)],
    TALLY,
  );
  const names = ["1", "2", "3"];
  const longs = await Promise.all(names.map(async (name) => (await tasks.runMany(family, named(name)))[0]!));
  await Promise.all(longs.map((task) => tasks.is("RUNNING", task)));
  t.notMatch(await second.log(), /owns host/, "asked at the second, run by the first");

  const killedAt = Date.now();
  await berth.plane().kill();
  const short = await tasks.define([tallied("exit $NAME")], TALLY);
  const next = (await tasks.runMany(short, named("4")))[0]!;
  for (const task of longs) {
    const [container] = await engine.containersOf(task.taskArn!);
    await engine.docker.getContainer(container!.Id).kill({ signal: "USR1" });
  }
  const owned = await until(
    "the second control plane to own three hosts",
    async () => (await second.log()).split("\n").filter((line) => line.includes('"owns host"')),
    (lines) => lines.length === 3,
  );
  const lastAt = Math.max(...owned.map((line) => Date.parse((JSON.parse(line) as { time: string }).time)));
  t.ok(lastAt - killedAt < TAKEN_OVER_WITHIN_MS, `taken over after ${lastAt - killedAt} ms`);
  t.match(await tasks.stopped(next), { containers: [{ exitCode: 4 }] });
  for (const task of longs) t.match(await tasks.stopped(task), { containers: [{ exitCode: 3 }] });

  const first = await berth.start();
  t.strictSame(await tallyOf(berth), [...names, "4"], "each ran once");
  for (const task of longs) t.strictSame(await berth.logs(task.taskArn!), ["waits", "ended"]);
  t.equal(await second.stop(), 0, "and it ends in order");
  await until(
    "the first to own the hosts that were given back",
    () => first.log(),
    (said) => said.split('"owns host"').length === 4,
  );
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
  t.match(await tasks.stopped((await tasks.runMany(family, named("5")))[0]!), { containers: [{ exitCode: 0 }] });
});

t.test("a Redis of another installation is refused in a line", async (t) => {
  const setup = await readFile(`${berth.home}/run/setup.json`, "utf8");
  const home = t.testdir({ run: { "setup.json": setup }, "berth.yaml": "" });
  const plane = await spawnControlPlane({ ...(await elsewhere()), home });
  t.equal(await plane.gone, null, "it ends by itself");
  t.match((await plane.log()).trimEnd().split("\n"), [/installation/]);
});

await leavesNothing(t, berth);

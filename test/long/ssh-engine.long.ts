import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import type { HostView } from "../../src/fleet/model/host.ts";
import { aBerth } from "../support/berth.ts";
import { anEngine } from "../support/engines.ts";
import { anSshServer } from "../support/ssh-server.ts";
import { script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

const folder = await mkdtemp(join(tmpdir(), "berth-ssh-"));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const engine = await anEngine(t, 1);
await engine.start();
const way = await anSshServer(t, engine, folder);
await mkdir(join(folder, ".ssh"));

const berth = await aBerth(t, {
  config: `hosts: [{ id: away, docker: "${way.docker}", cpu: 1024, memory: 512 }]`,
  start: { env: { SSH_AUTH_SOCK: way.agent, HOME: folder } },
});
t.teardown(async () => {
  await berth.plane().kill();
  await engine.remove();
});
const tasks = tasksOf(berth.ecs);

t.test("an engine over ssh is not trusted until its machine's key is known", async (t) => {
  t.match(
    await berth.plane().log(),
    /of away does not answer \(is not in .*known_hosts: connect to it once with ssh -p 2222/,
  );
  await appendFile(join(folder, ".ssh", "known_hosts"), way.knownHost);
  await until(
    "the host to join",
    () => berth.api<HostView[]>("/hosts"),
    ([host]) => host?.health === "CONNECTED",
  );
});

t.test("tasks run over ssh, are seen to end, and are stopped", async (t) => {
  const said = await tasks.stopped(await tasks.run([script("echo over ssh; exit 7")]));
  t.match(said, { containers: [{ exitCode: 7 }] });
  t.match((await berth.cli("logs", said.taskArn!)).stdout, /over ssh/);
  const sleeping = await tasks.is(
    "RUNNING",
    await tasks.run([script('trap "exit 5" TERM; while :; do sleep 0.1; done')]),
  );
  await berth.ecs.stopTask({ task: sleeping.taskArn! });
  t.match(await tasks.stopped(sleeping), { stopCode: "UserInitiated", containers: [{ exitCode: 5 }] });
});

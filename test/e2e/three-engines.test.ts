import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Task } from "@aws-sdk/client-ecs";
import t from "tap";
import type { EngineAddress, HostView } from "../../src/fleet/model/host.ts";
import { LABEL } from "../../src/fleet/model/names.ts";
import { type CpuCgroup, cpuCgroupOf } from "../support/cgroup-of.ts";
import { anEngine, type RealEngine } from "../support/engines.ts";
import { connectNetworks } from "../support/engines-network.ts";
import { makeAuthority } from "../support/engines-tls.ts";
import { freePort } from "../support/free-port.ts";
import { aRegistry } from "../support/registry.ts";
import { idOf, script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

// A minute where nothing else runs; starts of containers take their time on a busy machine.
t.setTimeout(600_000);

const [north, south, far] = [await anEngine(t, 1), await anEngine(t, 2), await anEngine(t, 3, true)];
const engines = { north, south, far };
await Promise.all([north.start(), south.start()]);

const host = (id: string, { docker, tls }: EngineAddress, more = ""): string =>
  `  - { id: ${id}, docker: "${docker}", cpu: 1024, memory: 256, attributes: { at: ${id} }${more}${tls ? `, tls: ${JSON.stringify(tls)}` : ""} }`;
/** Where the engine north reaches this machine: the other end of its cable. */
const door = `${north.here}:${await freePort()}`;
const fileOf = (...hosts: string[]): string =>
  [
    "hostLostAfterSeconds: 3",
    "services: { healthyAfterSeconds: 1 }",
    `registry: { listen: "${door}" }`,
    "hosts:",
    ...hosts,
    "",
  ].join("\n");
/** Addresses that are routed between the two. */
const ROUTED = { north: "10.61.1.0/24", south: "10.61.2.0/24" };
await connectNetworks({ name: north.name, subnet: ROUTED.north }, { name: south.name, subnet: ROUTED.south });
const NORTH = host("north", north.address, `, publish: ${north.ip}, registry: "${door}", subnet: ${ROUTED.north}`);
const SOUTH = host("south", south.address, `, subnet: ${ROUTED.south}`);
const FAR = host("far", far.address);

const registry = await aRegistry(t, { config: fileOf(NORTH, SOUTH, FAR) });
const { berth } = registry;
t.teardown(async () => {
  await berth.plane().kill();
  await Promise.all(Object.values(engines).map((engine) => engine.remove()));
});
const { ecs } = berth;
const tasks = tasksOf(ecs);

interface Reload {
  readonly added: string[];
  readonly changed: string[];
  readonly drained: string[];
  readonly warnings: string[];
}
const reload = async (...hosts: string[]): Promise<Reload> => {
  await writeFile(join(berth.home, "berth.yaml"), fileOf(...hosts));
  return berth.api<Reload>("/reload", { method: "POST" });
};
const hosts = (): Promise<HostView[]> => berth.api<HostView[]>("/hosts");
/** `north ACTIVE CONNECTED 256`: hosts in short, by name. */
const pool = async (): Promise<string[]> =>
  (await hosts()).map(({ id, state, health, declared }) => `${id} ${state} ${health} ${declared.memoryMiB}`).sort();
const hostIs = (id: string, health: string): Promise<string[]> =>
  until(`host ${id} to be ${health}`, pool, (all) =>
    all.some((one) => one.startsWith(`${id} `) && one.includes(` ${health} `)),
  );
const placementOf = (task: Task) =>
  berth.api<{ explanation: { chosen: string }; limitsHeldBy?: string }>(`/tasks/${idOf(task)}/placement`);
const hostOf = async (task: Task): Promise<string> => (await placementOf(task)).explanation.chosen;
const on = (id: string) => ({
  placementConstraints: [{ type: "memberOf" as const, expression: `attribute:at == ${id}` }],
});
const ours = (engine: RealEngine, task?: Task) =>
  engine.engine.list({ [LABEL.installation]: berth.installation, ...(task && { [LABEL.task]: idOf(task) }) });
const cpuOf = async (engine: RealEngine, task: Task): Promise<CpuCgroup> =>
  cpuCgroupOf((await ours(engine, task))[0]?.pid ?? 0);
const SLEEPS = 'trap "exit 5" TERM; while :; do sleep 0.1; done';

t.test("an engine that does not answer keeps Berth from nothing, and its host joins when it comes", async (t) => {
  t.strictSame(await pool(), ["north ACTIVE CONNECTED 256", "south ACTIVE CONNECTED 256"]);
  t.match(
    await berth.plane().log(),
    new RegExp(`engine ${far.address.docker} of far does not answer \\(.*ECONNREFUSED`),
  );
  await far.start();
  await hostIs("far", "CONNECTED");
  t.equal(new Set((await hosts()).map(({ engineId }) => engineId)).size, 3, "three engines");
});

t.test("a certificate of another authority is told in words, and the host goes on as it was", async (t) => {
  const { client } = await makeAuthority(join(t.testdir(), "stranger"), far.ip);
  const { warnings } = await reload(NORTH, SOUTH, host("far", { ...far.address, tls: client }));
  t.match(warnings, [/engine tcp:.* of far does not answer \(.*certificate/]);
  t.match(await reload(NORTH, SOUTH, FAR), { warnings: [], drained: [] });
  t.match(await pool(), ["far ACTIVE CONNECTED 256", /north/, /south/]);
});

t.test("tasks are spread over three engines, which are given the image, and end with their exit codes", async (t) => {
  const family = await tasks.define([script("exit 7")]);
  const placed = await tasks.runMany(family, {
    count: 3,
    placementStrategy: [{ type: "spread", field: "instanceId" }],
  });
  const stopped = await Promise.all(placed.map(tasks.stopped));
  for (const task of stopped) t.match(task, { stopCode: "EssentialContainerExited", containers: [{ exitCode: 7 }] });
  t.strictSame((await Promise.all(placed.map(hostOf))).sort(), ["far", "north", "south"]);
  for (const engine of Object.values(engines))
    t.equal((await ours(engine)).length, 1, `one container on ${engine.name}`);
});

t.test(
  "an own image runs on all three: pulled over TLS where the engine is told how, loaded where it cannot pull",
  async (t) => {
    // Engines that share a machine's files look for authorities at the same place, by the registry's address.
    const trusted = `/etc/docker/certs.d/${door}`;
    t.teardown(() => rm(trusted, { recursive: true, force: true }));
    await mkdir(trusted, { recursive: true });
    await copyFile(join(berth.home, "registry-ca", "ca.crt"), join(trusted, "ca.crt"));
    const { ecr, images, login, host: local } = registry;
    await ecr.createRepository({ repositoryName: "app" });
    await images.derive(`${local}/app:1`, "berth/busybox:latest", "own");
    const digest = await images.push(`${local}/app:1`, login);
    const family = await tasks.define([script("cat /said; exit 8", { image: `${local}/app:1` })]);
    const placed = await Promise.all(Object.keys(engines).map(async (id) => (await tasks.runMany(family, on(id)))[0]!));
    for (const task of await Promise.all(placed.map(tasks.stopped))) {
      t.match(task, { containers: [{ exitCode: 8, imageDigest: digest }] });
      t.strictSame(await berth.logs(task.taskArn!), ["own"]);
    }
    const path = "000000000000.us-east-1/app";
    const loaded = `${local}/${path}:${digest.replace(":", "-")}`;
    t.ok(await north.engine.imageDigest(`${door}/${path}@${digest}`), "north pulled it");
    t.notOk(await north.engine.imageDigest(loaded));
    for (const engine of [south, far]) t.ok(await engine.engine.imageDigest(loaded), `${engine.name} was given it`);
  },
);

t.test("a published port is met at its engine's machine", async (t) => {
  const serve = "mkdir /www; echo hello from $NAME > /www/index.html; exec httpd -f -p 80 -h /www";
  const page = async (id: string): Promise<string> => {
    const web = script(serve, { portMappings: [{ containerPort: 80 }], environment: [{ name: "NAME", value: id }] });
    const { containers } = await tasks.is("RUNNING", await tasks.run([web], {}, on(id)));
    const [binding] = containers?.[0]?.networkBindings ?? [];
    const at = `http://${engines[id as keyof typeof engines].ip}:${binding?.hostPort}/`;
    return until(
      `an answer of ${at}`,
      async () => (await fetch(at)).text(),
      () => true,
    );
  };
  t.strictSame(await Promise.all(["north", "far"].map(page)), ["hello from north\n", "hello from far\n"]);
});

t.test("tasks of engines with routed subnets meet by address, and see each other's own", async (t) => {
  const inNetwork = (id: string) => ({
    ...on(id),
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-us-east-1a"] } },
  });
  const addressOf = ({ attachments }: Task): string | undefined =>
    attachments?.[0]?.details?.find(({ name }) => name === "privateIPv4Address")?.value;
  const mode = { networkMode: "awsvpc" as const };
  const who =
    "mkdir -p /w/cgi-bin; printf '#!/bin/sh\\necho; echo $REMOTE_ADDR\\n' > /w/cgi-bin/who; chmod +x /w/cgi-bin/who";
  const server = await tasks.run(
    [script(`${who}; exec httpd -f -p 80 -h /w`, { stopTimeout: 2 })],
    mode,
    inNetwork("north"),
  );
  const address = addressOf(server);
  t.match(address, /^10\.61\.1\./);
  await tasks.is("RUNNING", server);
  const asks = `until wget -qO- http://${address}/cgi-bin/who; do sleep 0.5; done`;
  const caller = await tasks.run([script(asks)], mode, inNetwork("south"));
  t.match(addressOf(caller), /^10\.61\.2\./);
  t.match(await tasks.stopped(caller), { containers: [{ exitCode: 0 }] });
  t.match((await berth.logs(caller.taskArn!)).join(), `:${addressOf(caller)}]`, "as the other one sees it");
  await ecs.stopTask({ task: server.taskArn! });
});

t.test(
  "limits are held by a cgroup over the task where it is in reach, else by each container; berth why tells",
  async (t) => {
    const limited = { cpu: "256", memory: "64" };
    const run = async (id: string) => tasks.is("RUNNING", await tasks.run([script(SLEEPS)], limited, on(id)));
    const [near, away] = await Promise.all([run("south"), run("far")]);
    t.equal((await placementOf(near)).limitsHeldBy, "task-cgroup");
    t.equal((await placementOf(away)).limitsHeldBy, "containers");
    t.match((await berth.cli("why", idOf(near))).stdout, /limits are held over the whole task, by a cgroup/);
    t.match((await berth.cli("why", idOf(away))).stdout, /limits are held by each container alone/);
    t.match(await cpuOf(south, near), {
      path: new RegExp(`^/berth-${berth.installation}/south/${idOf(near)}/`),
      quotaUs: undefined,
      parentQuotaUs: 25_000,
    });
    t.match(await cpuOf(far, away), { path: new RegExp(`^/${far.name}/`), quotaUs: 25_000, parentQuotaUs: undefined });
    for (const task of [near, away]) await ecs.stopTask({ task: task.taskArn! });
  },
);

t.test(
  "a host whose engine dies is disconnected, then lost; its tasks count as stopped and others are not touched",
  async (t) => {
    const lost = await tasks.is("RUNNING", await tasks.run([script(SLEEPS)], {}, on("north")));
    const bystander = await tasks.is("RUNNING", await tasks.run([script(SLEEPS)], {}, on("south")));
    await north.kill();
    await hostIs("north", "DISCONNECTED");
    t.match(await tasks.describe(lost), { lastStatus: "RUNNING" }, "it may come back");
    await hostIs("north", "LOST");
    const stopped = await tasks.stopped(lost);
    const [instance] = (await ecs.describeContainerInstances({ containerInstances: [lost.containerInstanceArn!] }))
      .containerInstances!;
    t.match(stopped, {
      desiredStatus: "STOPPED",
      stopCode: "TerminationNotice",
      stoppedReason: `Host EC2 (instance ${instance?.ec2InstanceId}) terminated.`,
    });
    t.notOk(instance?.agentConnected);
    t.match(await tasks.describe(bystander), { lastStatus: "RUNNING" });

    const family = await tasks.define([script("exit 0")]);
    const elsewhere = await tasks.runMany(family, { count: 2 });
    t.strictSame(new Set(await Promise.all(elsewhere.map(hostOf))), new Set(["far", "south"]));
    const { failures } = await ecs.runTask({ taskDefinition: family, ...on("north") });
    t.match(
      failures?.find(({ detail }) => detail?.startsWith("north")),
      { reason: "AGENT" },
    );
    t.match((await berth.cli("why")).stdout, /north .*AGENT/);

    await north.start();
    t.equal((await ours(north, lost))[0]?.state, "running", "the old attempt went on without its engine");
    await hostIs("north", "CONNECTED");
    await until(
      "the old attempt to be stopped",
      () => ours(north, lost),
      ([old]) => old === undefined || old.state === "exited",
    );
    const { connectivity: _, ...record } = stopped;
    t.match(await tasks.describe(lost), record, "what became of it changes nothing on record");
    const again = await tasks.runMany(family, on("north"));
    t.match(await tasks.stopped(again[0]!), { containers: [{ exitCode: 0 }] });
    await ecs.stopTask({ task: bystander.taskArn! });
  },
);

/** What went on in a service: its tasks that are to run and do, and the engines they are on. */
const serviceNow = async (service: string) => {
  const { taskArns = [] } = await ecs.listTasks({ serviceName: service });
  const { tasks: found = [] } = taskArns.length > 0 ? await ecs.describeTasks({ tasks: taskArns }) : {};
  const running = found.filter(({ lastStatus }) => lastStatus === "RUNNING");
  return { wanted: found.length, running, on: (await Promise.all(running.map(hostOf))).sort() };
};

t.test(
  "a service's tasks on an engine that dies run elsewhere, and it keeps its count when the old ones are back",
  async (t) => {
    const taskDefinition = await tasks.define([script(SLEEPS, { stopTimeout: 2 })]);
    await ecs.createService({ serviceName: "spread", taskDefinition, desiredCount: 6 });
    const six = (what: string, isThere: (on: string[]) => boolean) =>
      until(
        what,
        () => serviceNow("spread"),
        ({ wanted, on }) => wanted === 6 && on.length === 6 && isThere(on),
        { patienceMs: 120_000 },
      );
    const before = await six("two tasks to run on each engine", (on) => new Set(on).size === 3);
    t.strictSame(before.on, ["far", "far", "north", "north", "south", "south"]);
    const lost: Task[] = [];
    for (const task of before.running) if ((await hostOf(task)) === "south") lost.push(task);
    await south.kill();
    await hostIs("south", "LOST");
    const { running } = await six("six tasks to run on the other two", (on) => !on.includes("south"));
    const [dead, old] = [await Promise.all(lost.map(tasks.stopped)), before.running.map(idOf)];
    for (const task of dead) t.match(task, { stopCode: "TerminationNotice" });
    const lostAt = Math.min(...dead.map(({ stoppedAt }) => stoppedAt!.getTime()));
    const fresh = running.filter((task) => !old.includes(idOf(task)));
    t.equal(fresh.length, 2, "one for each that was lost, and no other was touched");
    for (const { startedAt } of fresh) {
      const waited = startedAt!.getTime() - lostAt;
      t.ok(waited < 15_000, `ran elsewhere ${waited} ms after it was lost`);
    }

    await south.start();
    for (const task of lost) t.equal((await ours(south, task))[0]?.state, "running", "it went on without its engine");
    await hostIs("south", "CONNECTED");
    for (const task of lost)
      await until(
        "the stale container to be gone",
        () => ours(south, task),
        (containers) => containers.length === 0,
      );
    const after = await six("the service to have its count", () => true);
    t.strictSame(after.running.map(idOf).sort(), running.map(idOf).sort(), "the ones that stand in for them stay");
    t.match((await ecs.describeServices({ services: ["spread"] })).services, [{ runningCount: 6, pendingCount: 0 }]);
    await ecs.deleteService({ service: "spread", force: true });
    for (const task of after.running) await tasks.stopped(task);
  },
);

t.test("a cut cable is as good as a dead engine, also while a start is under way", async (t) => {
  const running = await tasks.is("RUNNING", await tasks.run([script(SLEEPS)], {}, on("far")));
  const starting = await tasks.run([script(SLEEPS)], {}, on("far"));
  far.freeze();
  const cutAt = Date.now();
  await hostIs("far", "LOST");
  t.ok(Date.now() - cutAt < 60_000, `lost after ${Date.now() - cutAt} ms`);
  for (const task of [running, starting]) t.match(await tasks.stopped(task), { stopCode: "TerminationNotice" });
  far.thaw();
  await hostIs("far", "CONNECTED");
  const isOver = (containers: Awaited<ReturnType<typeof ours>>) => containers.every(({ state }) => state === "exited");
  for (const task of [running, starting])
    await until("what still ran there to be stopped", () => ours(far, task), isOver);
});

t.test("editing berth.yaml adds, changes and drains hosts; one that holds tasks goes when it is empty", async (t) => {
  const held = await tasks.is("RUNNING", await tasks.run([script(SLEEPS)], {}, on("south")));
  const spare = host("spare", north.address, ", cluster: second");
  const bigger = FAR.replace("memory: 256", "memory: 512");
  t.match(await reload(NORTH, bigger, spare), { added: ["spare"], changed: ["far"], drained: ["south"], warnings: [] });
  await hostIs("spare", "CONNECTED");
  await hostIs("far", "CONNECTED");
  t.strictSame(await pool(), [
    "far ACTIVE CONNECTED 512",
    "north ACTIVE CONNECTED 256",
    "south DRAINING CONNECTED 256",
    "spare ACTIVE CONNECTED 256",
  ]);
  const [there] = await tasks.runMany(await tasks.define([script("exit 3")]), { cluster: "second" });
  t.match(await tasks.stopped(there!), { containers: [{ exitCode: 3 }] });
  t.match(await tasks.describe(held), { lastStatus: "RUNNING" }, "draining stops nothing");
  await ecs.stopTask({ task: held.taskArn! });
  await until("south to be gone", pool, (all) => !all.some((one) => one.startsWith("south ")));
  t.match(await tasks.describe(held), { lastStatus: "STOPPED", containers: [{ exitCode: 5 }] });
  t.match(await reload(NORTH, SOUTH, FAR), { added: ["south"], changed: ["far"], drained: ["spare"] });
});

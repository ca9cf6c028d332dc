import { randomBytes } from "node:crypto";
import type { Test } from "tap";
import { groupsIn, removeGroup } from "../../src/adapters/cgroups/files.ts";
import { cgroupsFor } from "../../src/adapters/cgroups/task-cgroups.ts";
import type { ContainerPlan } from "../../src/fleet/model/container-plan.ts";
import type { Host } from "../../src/fleet/model/host.ts";
import type { ClusterId, EngineId, HostId, TaskId } from "../../src/fleet/model/ids.ts";
import { eventually, exited, hasSpoken, linesOf } from "../support/engine-waits.ts";
import type { EngineWorld } from "../support/engine-world.ts";

const shell = (script: string) => ({ command: ["sh", "-c", script] });

const READ = `cut -d ' ' -f 1 /proc/uptime
sed 's/^/ns /' /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null || sed -n 's/^usage_usec /us /p' /sys/fs/cgroup/cpu.stat`;

/**
 * Keeps a core busy for two seconds. Before and after, a line each: the machine's uptime in seconds and the CPU time that
 * its cgroup used, in nanoseconds (v1) or microseconds (v2). The engine's own times would not do: a container's start
 * costs CPU time before the engine calls it started.
 */
const BUSY = `${READ}
timeout 2 sh -c 'while :; do :; done'
${READ}`;

const busyTime = (lines: readonly string[]) => {
  const [from, before, until, after] = lines;
  return { from: Number(from), until: Number(until), used: usedSeconds(after ?? "") - usedSeconds(before ?? "") };
};

const usedSeconds = (text: string): number => {
  const [unit, used] = text.split(" ");
  return Number(used) / (unit === "ns" ? 1e9 : 1e6);
};

/** Limits over a whole task. Where cgroups are out of reach the same is held per container. */
export const dockerCgroups = async (t: Test, world: EngineWorld, address: string): Promise<void> => {
  const { engine, plan } = world;
  const installation = `test${randomBytes(4).toString("hex")}`;
  const options = { installation, root: "/sys/fs/cgroup" };
  const cgroups = await cgroupsFor(address, await engine.info(), options);
  t.teardown(async () => {
    for (const name of ["", ...(await groupsIn("/sys/fs/cgroup"))])
      await removeGroup(`/sys/fs/cgroup/${name}/berth-${installation}`);
  });
  const rule = (what: string, check: (t: Test) => Promise<void>) => t.test(what, { buffered: true }, check);
  const started = async (...args: Parameters<typeof plan>) => {
    const id = await engine.create(plan(...args));
    await engine.start(id);
    return id;
  };
  const aHost = async (id: string): Promise<Host> => ({
    id: id as HostId,
    instanceId: "0".repeat(32),
    ec2InstanceId: `i-${"0".repeat(17)}`,
    cluster: "000000000000/us-east-1/default" as ClusterId,
    engine: { docker: address },
    engineId: (await engine.info()).id as EngineId,
    declared: { cpuUnits: 512, memoryMiB: 256 },
    publishAddress: "127.0.1.7",
    attributes: {},
    tags: {},
    engineVersion: "",
    source: "config",
    state: "ACTIVE",
    health: "CONNECTED",
    registeredAt: 0,
  });
  const removed = (host: Host, task: TaskId) =>
    eventually(`the cgroup of ${task} to be free`, async () => {
      const failure = await cgroups.removeTask(host, task).then(
        () => undefined,
        (error: unknown) => String(error),
      );
      return { saw: failure, found: failure === undefined ? true : undefined };
    });
  const heldBy = (parent: string | undefined, otherwise: Partial<ContainerPlan>): Partial<ContainerPlan> =>
    parent === undefined ? otherwise : { cgroupParent: parent };

  rule("two busy containers of a task of 256 CPU units share a quarter of a core", async (t) => {
    const host = await aHost("slice-1");
    const task = "a".repeat(32) as TaskId;
    const parent = await cgroups.ensureTask(host, task, { cpuUnits: 256 });
    t.equal(await cgroups.ensureTask(host, task, { cpuUnits: 256 }), parent, "made once, found again");
    const held = heldBy(parent, { cpuLimitUnits: 128 });
    const ids = await Promise.all(["busy-1", "busy-2"].map((what) => started(what, { ...shell(BUSY), ...held })));
    if (parent !== undefined) {
      t.strictSame(await cgroups.listTasks(host), [task]);
      await t.rejects(cgroups.removeTask(host, task), "it still holds processes");
    }
    await Promise.all(ids.map((id) => exited(engine, id)));
    const times = await Promise.all(
      ids.map(async (id) =>
        busyTime((await linesOf(engine, id)).filter(({ stream }) => stream === "stdout").map(({ text }) => text)),
      ),
    );
    const used = times.reduce((sum, time) => sum + time.used, 0);
    const lasted = Math.max(...times.map(({ until }) => until)) - Math.min(...times.map(({ from }) => from));
    t.ok(used / lasted <= 0.3 && used > 0.1, `${used.toFixed(2)} s of CPU in ${lasted.toFixed(2)} s`);
    await removed(host, task);
    await cgroups.removeTask(host, task);
    t.strictSame(await cgroups.listTasks(host), [], "removed, twice");
  });

  rule("a container without a limit of its own is killed at the memory limit of its task", async (t) => {
    const host = await aHost("slice-2");
    const task = "b".repeat(32) as TaskId;
    const parent = await cgroups.ensureTask(host, task, { memoryMiB: 32 });
    const held = heldBy(parent, { memoryMiB: 32 });
    const bystander = await started("bystander", { ...world.programs.serves(5), ...held });
    await hasSpoken(engine, bystander);
    const greedy = await started("greedy", { command: ["tail", "/dev/zero"], ...held });
    const seen = await exited(engine, greedy);
    t.equal(seen.exitCode, 137);
    t.ok(seen.oomKilled || (await cgroups.oomKills(host, task)) > 0, "told by the engine or the task's counter");
    t.match(await engine.inspect(bystander), { state: "running" });
    await engine.stop(bystander, 5);
    t.match(await engine.inspect(bystander), { exitCode: 5 });
    await removed(host, task);
  });

  rule("cgroups of an engine elsewhere are out of reach", async (t) => {
    const host = { ...(await aHost("far")), engine: { docker: "tcp://192.0.2.1:2375" }, engineId: "far" as EngineId };
    const cgroups = await cgroupsFor(host.engine.docker, await engine.info(), options);
    t.equal(await cgroups.ensureTask(host, "c".repeat(32) as TaskId, { cpuUnits: 256 }), undefined);
    t.strictSame(await cgroups.listTasks(host), []);
  });
};

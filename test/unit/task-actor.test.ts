import t from "tap";
import { scriptedBehaviour } from "../../src/adapters/simulated/behaviour.ts";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import { simulatedEngine } from "../../src/adapters/simulated/engine.ts";
import type { FleetDeps } from "../../src/fleet/control/deps.ts";
import type { HostContext } from "../../src/fleet/control/host-context.ts";
import { progressBoard } from "../../src/fleet/control/progress-board.ts";
import { readLogs } from "../../src/fleet/control/read-logs.ts";
import { taskActor } from "../../src/fleet/control/task-actor.ts";
import { taskValues } from "../../src/fleet/control/task-values.ts";
import { type LaunchLookups, ResourceInitializationError } from "../../src/fleet/launch-lookups.ts";
import type { ObservedContainer } from "../../src/fleet/model/container-plan.ts";
import { PAUSE, withPause } from "../../src/fleet/model/pause.ts";
import type { Task } from "../../src/fleet/model/task.ts";
import type { ContainerSpec } from "../../src/fleet/model/task-spec.ts";
import type { FeedItem } from "../../src/kernel/change-feed.ts";
import { NO_LOG } from "../../src/kernel/log.ts";
import { memoryLogs } from "../support/memory-logs.ts";
import { noLookups } from "../support/no-lookups.ts";
import { aTask } from "./next-steps-fixtures.ts";
import { aContainer, aHost } from "./scheduler-fixtures.ts";

const found = (name: string): ObservedContainer => ({
  id: `id-of-${name}` as ObservedContainer["id"],
  name,
  labels: {},
  state: "running",
  oomKilled: false,
  bindings: [],
  createdAt: 1,
  startedAt: 2,
});

/** A store of one task, and an actor for it on an engine that has none of its containers. */
const anActor = (first: Task, { lookups = noLookups, pullable = [] as string[] } = {}) => {
  const clock = movableClock();
  let task = first;
  const engine = simulatedEngine({ time: clock, id: "e1", images: [], pullable, behaviourOf: scriptedBehaviour });
  const tasks = {
    get: async () => [task],
    observe: async (_id: string, _epoch: number, observed: Task["observed"]) => {
      task = { ...task, observed, version: task.version + 1 };
      return true;
    },
    requestStop: async (_id: string, stop: Task["stop"]) => {
      task = { ...task, desired: "STOPPED", ...(stop && { stop }) };
      return task;
    },
  };
  const deps = {
    clock,
    timers: clock,
    log: NO_LOG,
    tasks,
    lookups,
    logFiles: memoryLogs(),
    progress: progressBoard(),
    failpoints: { hit: async () => {} },
    times: { keepContainersMs: 10_000 },
  } as unknown as FleetDeps;
  const lease = { host: task.host, epoch: 1, signal: new AbortController().signal, isHeld: () => true };
  const context = { deps, host: aHost("h1"), lease, engine } as unknown as HostContext;
  return {
    actor: taskActor(context, task.id, () => {}),
    clock,
    engine,
    settle: () => clock.settle(),
    task: () => task,
  };
};

t.test("nothing is decided about a task before all its containers were looked at", async (t) => {
  const running = { status: "RUNNING", bindings: [], restartCount: 0, startedAt: 2 } as const;
  const containers = [
    { name: "a", ...running },
    { name: "b", ...running },
  ];
  const task = aTask([aContainer("a"), aContainer("b")]);
  const world = anActor({ ...task, observed: { status: "RUNNING", startedAt: 2, containers } });
  await world.actor.see("a", found("a"));
  await world.settle();
  t.match(world.task(), { desired: "RUNNING", observed: { containers } }, "b was not looked at: it is not gone");
  await world.actor.see("b", found("b"));
  world.actor.wake(true);
  await world.settle();
  t.match(world.task(), { desired: "RUNNING", observed: { status: "RUNNING" } });
});

t.test("no image is pulled for a task of which one container misses a secret", async (t) => {
  const reason = "ResourceInitializationError: no such secret";
  const lookups: LaunchLookups = {
    ...noLookups,
    environment: async (_, { secrets }) => {
      if (secrets) throw new ResourceInitializationError("no such secret");
      return {};
    },
  };
  const needs = aContainer("b", { essential: false, secrets: [{ name: "S", from: "/s" }] });
  const { spec } = aTask([aContainer("a"), needs], { networkMode: "awsvpc" });
  const task = aTask(withPause(spec).containers, { networkMode: "awsvpc" });
  const world = anActor(task, { lookups, pullable: ["busybox", "berth/busybox:latest"] });
  world.actor.wake(true);
  await world.settle();
  t.match(world.task(), { stop: { code: "TaskFailedToStart", reason }, observed: { status: "STOPPED" } });
  t.strictSame(
    world.task().observed.containers.map((one) => [one.name, one.reason]),
    [
      [PAUSE, undefined],
      ["a", undefined],
      ["b", reason],
    ],
  );
  t.notOk(world.task().observed.pullStartedAt);
  t.equal(await world.engine.imageDigest("busybox"), undefined);
});

t.test(
  "what a container is given is read once, anew after a failure, and held no longer than until it is made",
  async (t) => {
    const reads: string[] = [];
    let isAway = true;
    const values = taskValues({
      environment: async (_, { environment }) => {
        reads.push(environment.NAME ?? "");
        if (isAway) throw new Error("the store is away");
        return { ...environment, read: String(reads.length) };
      },
      registryLogin: async (_, secret) => ({ username: "u", password: `of ${secret}` }),
    });
    const [a, b] = ["a", "b"].map((name) =>
      aContainer(name, { environment: { NAME: name }, ...(name === "b" && { registrySecret: "s" }) }),
    ) as [ContainerSpec, ContainerSpec];
    const task = aTask([a, b]);
    await t.rejects(values.areThere(task), /away/);
    isAway = false;
    t.equal(await values.areThere(task), true);
    t.strictSame(await values.of(task, a), { environment: { NAME: "a", read: "3" } });
    t.match(await values.of(task, b), { environment: { read: "4" }, login: { password: "of s" } });
    values.drop("a");
    await values.of(task, a);
    t.strictSame(reads, ["a", "b", "a", "b", "a"]);
  },
);

t.test("who follows a task's output does not mind a store that is away for a moment", async (t) => {
  const clock = movableClock();
  const ears = new Set<(item: FeedItem) => void>();
  let isAway = false;
  const deps = {
    logFiles: {
      async *read(_task: string, _container: string, { ended }: { ended: AbortSignal }) {
        yield { stream: "stdout", at: "1", text: "hello", partial: false };
        await clock.wait(60_000, ended);
      },
    },
    tasks: {
      get: async () => {
        if (isAway) throw new Error("away");
        return [aTask([aContainer("a")])];
      },
    },
    listeners: {
      listen(listener: (item: FeedItem) => void) {
        ears.add(listener);
        return () => ears.delete(listener);
      },
    },
  } as unknown as FleetDeps;
  const options = { follow: true, signal: new AbortController().signal };
  const lines = readLogs(deps, aTask([]).id, "a", options)[Symbol.asyncIterator]();
  t.match(await lines.next(), { value: { text: "hello" } });
  isAway = true;
  for (const hear of ears) hear({ type: "resync", from: "1-0" });
  await clock.settle();
  const end = lines.next();
  await clock.advance(60_000);
  t.match(await end, { done: true });
});

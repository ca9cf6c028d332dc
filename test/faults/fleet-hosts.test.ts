import t from "tap";
import type { FleetDeps } from "../../src/fleet/control/deps.ts";
import type { HostRun } from "../../src/fleet/control/hold-host.ts";
import { ownHosts } from "../../src/fleet/control/host-owner.ts";
import { EngineError } from "../../src/fleet/ports.ts";
import { NO_LOG } from "../../src/kernel/log.ts";
import { aFleetWorld, IMAGE } from "../support/fleet-world.ts";
import { aRedis } from "../support/redis.ts";

const redis = await aRedis(t);

t.test("a task runs from its placement to its end, and leaves nothing behind", async (t) => {
  const world = await aFleetWorld(t, redis);
  await world.start("alice");
  t.equal((await world.host()).health, "CONNECTED");
  const id = await world.place({ command: ["exit", "3", "4000"] });
  t.equal((await world.task(id)).observed.status, "RUNNING");
  await world.pass(4_000);
  t.match(await world.task(id), {
    desired: "STOPPED",
    stop: { code: "EssentialContainerExited" },
    observed: { status: "STOPPED", containers: [{ exitCode: 3 }] },
  });
  t.strictSame(await world.ledgerDifferences(), []);
  t.equal(world.engine().containers().length, 1, "the container stays a while");
  await world.pass(10_500);
  t.equal(world.engine().containers().length, 0, "and then goes");
  t.equal((await world.task(id)).observed.status, "STOPPED", "the record stays");
});

t.test("what a container said is kept before its task is STOPPED", async (t) => {
  const world = await aFleetWorld(t, redis);
  await world.start("alice");
  const id = await world.place({ command: ["echo", "hello"] });
  await world.pass(1);
  t.equal((await world.task(id)).observed.status, "STOPPED");
  t.strictSame(world.logs.lines(id, "main"), ["hello"]);
});

t.test("a host whose engine falls silent", async (t) => {
  t.test("is DISCONNECTED, takes no task, and keeps those it has", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    const id = await world.place();
    world.engine().faults.cutReach();
    await world.pass(500);
    t.equal((await world.host()).health, "DISCONNECTED");
    await t.rejects(world.place(), { message: /no connection to|AGENT/ });
    await world.pass(8_500);
    t.equal((await world.host()).health, "DISCONNECTED");
    t.equal((await world.task(id)).observed.status, "RUNNING");
  });

  t.test("is CONNECTED again when it answers, and what happened meanwhile is recorded as it was", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    const lasting = await world.place();
    const ending = await world.place({ command: ["exit", "7", "2000"] });
    world.engine().faults.cutReach();
    await world.pass(6_000);
    world.engine().faults.restoreReach();
    await world.pass(2_000);
    t.equal((await world.host()).health, "CONNECTED");
    t.equal((await world.task(lasting)).observed.status, "RUNNING");
    t.match((await world.task(ending)).observed, { status: "STOPPED", containers: [{ exitCode: 7 }] });
    t.strictSame([world.starts(lasting), world.starts(ending)], [1, 1]);
  });

  t.test("is LOST after the limit, and its tasks are STOPPED with the reason", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    const id = await world.place();
    world.engine().faults.cutReach();
    await world.pass(11_500);
    t.equal((await world.host()).health, "LOST");
    t.match(await world.task(id), {
      desired: "STOPPED",
      stop: { code: "TerminationNotice", reason: "Host EC2 (instance i-h1) terminated." },
      observed: { status: "STOPPED", containers: [{ status: "STOPPED", exitCode: undefined }] },
    });
    t.strictSame(await world.ledgerDifferences(), []);
  });

  t.test("that was LOST and comes back stops the old attempt, and refuses its result", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    const id = await world.place();
    world.engine().faults.cutReach();
    await world.pass(12_000);
    const told = (await world.task(id)).observed;
    t.equal(world.running(id).length, 1, "out of reach, it runs on");
    world.engine().faults.restoreReach();
    await world.pass(4_500);
    t.equal((await world.host()).health, "CONNECTED");
    t.equal(world.running(id).length, 0);
    t.strictSame((await world.task(id)).observed, told);
    await world.pass(15_000);
    t.equal(world.engine().containers().length, 0);
    t.equal((await world.task(await world.place())).observed.status, "RUNNING", "it takes tasks again");
  });
});

t.test("an event that is lost is made up for by the sweep", async (t) => {
  const world = await aFleetWorld(t, redis);
  await world.start("alice");
  const id = await world.place({ command: ["exit", "5", "1000"] });
  world.engine().loseEvents();
  await world.pass(2_000);
  world.engine().tellAgain();
  t.equal((await world.task(id)).observed.status, "RUNNING", "nobody was told");
  await world.pass(30_000);
  t.match((await world.task(id)).observed, { status: "STOPPED", containers: [{ exitCode: 5 }] });
});

t.test("a container that somebody removes ends its task, and is not made again", async (t) => {
  const world = await aFleetWorld(t, redis);
  await world.start("alice");
  const id = await world.place();
  const engine = world.engine();
  engine.faults.cutReach();
  const [container] = world.running(id);
  engine.endProgram(container!.id, 137);
  engine.faults.restoreReach();
  await engine.remove(container!.id);
  await world.pass(3_000);
  t.match((await world.task(id)).observed.containers, [{ reason: /^CannotInspectContainerError: .* removed/ }]);
  t.equal(world.starts(id), 1);
});

t.test("an engine that refuses", async (t) => {
  for (const [verb, image, reason] of [
    ["pull", "nowhere:1", /^CannotPullContainerError: pull access denied for nowhere:1/],
    ["create", IMAGE, /^CannotCreateContainerError: no$/],
    ["start", IMAGE, /^CannotStartContainerError: no$/],
  ] as const) {
    t.test(`to ${verb} ends the task as TaskFailedToStart, in the engine's words`, async (t) => {
      const world = await aFleetWorld(t, redis);
      await world.start("alice");
      if (verb !== "pull") world.engine().faults.refuse(verb, new EngineError(500, "no"));
      const id = await world.place({ image });
      t.match(await world.task(id), {
        stop: { code: "TaskFailedToStart", reason },
        observed: { status: "STOPPED", containers: [{ status: "STOPPED", reason }] },
      });
      t.equal(world.starts(id), 0);
      t.strictSame(await world.ledgerDifferences(), []);
    });
  }

  t.test("to pull what it holds already runs the cached image", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    const id = await world.place({ image: "cached:1" });
    t.equal((await world.task(id)).observed.status, "RUNNING");
  });

  t.test(
    "to make the cluster's network takes other tasks meanwhile, and those with an address once it is made",
    async (t) => {
      const world = await aFleetWorld(t, redis);
      world.engine().faults.refuse("ensureNetwork", new EngineError(500, "xtables lock"), 2);
      await world.start("alice");
      t.match(await world.host(), { health: "CONNECTED", network: undefined });
      await world.placeIn("none");
      await t.rejects(world.placeIn("awsvpc"), { message: /RESOURCE:ENI/ });
      await world.pass(2_000);
      const id = await world.placeIn("awsvpc");
      t.match(await world.task(id), { observed: { status: "RUNNING" }, network: { address: /^10\.42\./ } });
    },
  );

  t.test("an address that an old attempt still has is asked again, and starts the task once it is free", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    world.engine().faults.refuse("start", new EngineError(403, "Address already in use"), 3);
    const id = await world.placeIn("awsvpc");
    t.equal((await world.task(id)).observed.status, "PENDING");
    await world.pass(5_000);
    t.equal((await world.task(id)).observed.status, "RUNNING");
    t.equal(world.starts(id), 1);
  });

  t.test("an image without the program is told in the engine's words", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    const id = await world.place({ command: ["frobnicate"] });
    t.match((await world.task(id)).stop, {
      code: "TaskFailedToStart",
      reason: /^CannotStartContainerError: exec: "frobnicate": executable file not found/,
    });
  });

  for (const verb of ["create", "start", "inspect", "list"] as const) {
    t.test(`an answer to ${verb} that is lost is asked for again, and no program starts twice`, async (t) => {
      const world = await aFleetWorld(t, redis);
      await world.start("alice");
      world.engine().faults.loseAnswer(verb);
      const id = await world.place();
      await world.pass(3_000);
      t.equal((await world.task(id)).observed.status, "RUNNING");
      t.equal(world.starts(id), 1);
      t.equal(world.engine().containers().length, 1);
    });
  }
});

t.test("a program that ended before anybody knew that it was started is not started again", async (t) => {
  const world = await aFleetWorld(t, redis);
  await world.start("alice");
  world.engine().loseEvents();
  world.engine().faults.loseAnswer("start");
  const id = await world.place({ command: ["exit", "6", "200"] });
  await world.pass(2_000);
  t.equal(world.starts(id), 1);
  t.match((await world.task(id)).observed, { status: "STOPPED", containers: [{ exitCode: 6 }] });
});

t.test("a stop", async (t) => {
  t.test("ends a program that obeys at once, one that does not after its grace", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    const obeys = await world.place({ command: ["serve", "0"] });
    const stubborn = await world.place({ command: ["stubborn"] });
    await world.stop(obeys);
    await world.stop(stubborn);
    t.match((await world.task(obeys)).observed, { status: "STOPPED", containers: [{ exitCode: 0 }] });
    t.equal((await world.task(stubborn)).observed.status, "STOPPING");
    await world.pass(2_000);
    t.match((await world.task(stubborn)).observed, { status: "STOPPED", containers: [{ exitCode: 137 }] });
    t.match((await world.task(stubborn)).stop, { code: "UserInitiated", reason: "asked to" });
  });

  t.test("while the image is being pulled creates nothing", async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice");
    world.engine().faults.delay("pull", 3_000);
    const id = await world.place();
    await world.pass(1_000);
    await world.stop(id);
    await world.pass(3_000);
    t.equal((await world.task(id)).observed.status, "STOPPED");
    t.equal(world.engine().containers().length, 0);
  });
});

t.test("a kill for memory that the engine hears of after the end is told as such, another kill is not", async (t) => {
  const world = await aFleetWorld(t, redis);
  await world.start("alice");
  const engine = world.engine();
  const killed = async (isForMemory: boolean) => {
    const id = await world.place();
    const [container] = world.running(id);
    engine.endProgram(container!.id, 137);
    await world.quiet();
    if (isForMemory) engine.tellOutOfMemory(container!.id);
    await world.pass(500);
    return world.task(id);
  };
  const reason = "OutOfMemoryError: Container killed due to memory usage";
  t.match(await killed(true), {
    stop: { reason },
    observed: { status: "STOPPED", containers: [{ exitCode: 137, reason }] },
  });
  const other = await killed(false);
  t.match(other, { stop: { reason: "Essential container in task exited" }, observed: { status: "STOPPED" } });
  t.equal(other.observed.containers[0]?.reason, undefined);
});

t.test("how long a pull took is told", async (t) => {
  const world = await aFleetWorld(t, redis);
  await world.start("alice");
  world.engine().faults.delay("pull", 3_000);
  const id = await world.place();
  await world.pass(3_500);
  const { pullStartedAt, pullStoppedAt } = (await world.task(id)).observed;
  t.equal(pullStoppedAt! - pullStartedAt!, 3_000);
});

t.test("a container with our labels that belongs to no task any more is removed", async (t) => {
  const world = await aFleetWorld(t, redis);
  const alice = await world.start("alice");
  const id = await world.place();
  await alice.close();
  await world.forget(id);
  await world.start("bob");
  t.equal(world.engine().containers().length, 0);
});

t.test("what a forgotten task left behind goes, its volumes too, and what does not go holds nothing up", async (t) => {
  const world = await aFleetWorld(t, redis);
  const alice = await world.start("alice");
  const [engine, ours] = [world.engine(), { "berth.installation": "test", "berth.host": "h1" }];
  const id = await world.place();
  const lasting = await world.place();
  const names = { left: `berth-test-${id}-data`, shared: "berth-test-h1-data" };
  await engine.ensureVolume({ name: names.left, options: {}, labels: { ...ours, "berth.task": id } });
  // A user's own label names a task that is gone; the volume is shared all the same.
  await engine.ensureVolume({ name: names.shared, options: {}, labels: { ...ours, "berth.task": id } });
  await alice.close();
  await world.forget(id);
  engine.faults.refuse("remove", new EngineError(500, "device or resource busy"));
  await world.start("bob");
  await world.pass(1);
  t.equal((await world.host()).health, "CONNECTED");
  t.equal((await world.task(lasting)).observed.status, "RUNNING");
  t.strictSame(
    (await engine.listVolumes(ours)).map(({ name }) => name),
    [names.shared],
  );
  t.equal(engine.containers().length, 2, "one could not be removed");
  await world.pass(30_500);
  t.equal(engine.containers().length, 1, "but later");
});

t.test(
  "an engine that refuses to tell of a container keeps its host, and its task goes on when it tells",
  async (t) => {
    const world = await aFleetWorld(t, redis);
    const alice = await world.start("alice");
    const { faults } = world.engine();
    const refuse = (times: number) => faults.refuse("inspect", new EngineError(500, "no such file"), times);
    refuse(2);
    const ending = await world.place({ command: ["exit", "4", "3000"] });
    await world.pass(2_000);
    t.equal((await world.task(ending)).observed.status, "RUNNING", "around its start");
    refuse(3);
    await world.pass(9_000);
    t.match((await world.task(ending)).observed, { status: "STOPPED", containers: [{ exitCode: 4 }] }, "at its end");
    const [lasting, other] = [await world.place(), await world.place()];
    alice.process.kill();
    refuse(2);
    await world.start("bob");
    await world.pass(6_000);
    await world.stop(lasting);
    await world.stop(other);
    await world.pass(3_000);
    for (const id of [lasting, other])
      t.match((await world.task(id)).observed, { status: "STOPPED", containers: [{ exitCode: 0 }] }, "at a take-over");
    t.equal((await world.host()).health, "CONNECTED");
    for (const id of [ending, lasting, other]) t.equal(world.starts(id), 1);
  },
);

t.test("an owner whose store stops answering lets its host go when the lease has run out", async (t) => {
  const world = await aFleetWorld(t, redis);
  const clock = world.clock;
  const host = await world.host();
  const ending = new AbortController();
  let released: number | undefined;
  const leases = {
    attend: async () => ["alone"],
    leave: async () => {},
    acquire: async () => 1,
    renew: () => new Promise<boolean>(() => {}),
    release: async () => {},
  };
  const deps = {
    clock,
    timers: clock,
    log: NO_LOG,
    leases,
    owner: "alone",
    hosts: { list: async () => [host] },
    listeners: { listen: () => () => {} },
    failpoints: { hit: async () => {} },
    times: { leaseMs: 5_000, renewMs: 1_000 },
  } as unknown as FleetDeps;
  const run: HostRun = (_, lease) =>
    new Promise((resolve) => {
      lease.signal.addEventListener("abort", () => {
        released = clock.now();
        resolve();
      });
    });
  const began = clock.now();
  void ownHosts(deps, run, ending.signal);
  await clock.advance(6_000);
  t.equal((released ?? 0) - began, 5_000);
});

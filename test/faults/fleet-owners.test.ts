import t, { type Test } from "tap";
import { PAUSE } from "../../src/fleet/model/pause.ts";
import { aFleetWorld, type FleetWorld } from "../support/fleet-world.ts";
import { aRedis } from "../support/redis.ts";

const redis = await aRedis(t);

/** Every place on a task's way where a test can make its host's owner die. */
const FAILPOINTS = [
  "launch.before-create",
  "launch.created",
  "launch.before-start",
  "launch.started",
  "observe.before-record",
  "janitor.before-remove",
];

const ranOnce = async (t: Test, world: FleetWorld, id: Awaited<ReturnType<FleetWorld["place"]>>) => {
  t.equal(world.starts(id), 1, "its program ran once");
  t.match((await world.task(id)).observed, { status: "STOPPED", containers: [{ exitCode: 4 }] });
  t.strictSame(await world.ledgerDifferences(), []);
};

const sizes = async (world: FleetWorld) =>
  Object.fromEntries(Object.entries(await world.shares()).map(([owner, hosts]) => [owner, hosts.length]));

t.test("control planes that live at the same time share the hosts", async (t) => {
  const hosts = ["h1", "h2", "h3", "h4"];
  const world = await aFleetWorld(t, redis, { hosts });
  await world.start("alice");
  t.strictSame(await sizes(world), { alice: 4 }, "one alone has all");
  const ids = [];
  for (const _ of hosts) ids.push(await world.place(), await world.place({ command: ["exit", "4", "20000"] }));
  await world.start("bob");
  t.strictSame(await sizes(world), { alice: 2, bob: 2 }, "a second one gets its half at once");
  const before = await world.shares();
  const carol = await world.start("carol");
  t.strictSame(await sizes(world), { alice: 2, bob: 1, carol: 1 }, "what does not divide is with the first");
  t.strictSame((await world.shares()).alice, before.alice, "no host moves without need");
  ids.push(await world.place());
  await carol.close();
  await world.quiet();
  t.strictSame(await sizes(world), { alice: 2, bob: 2 }, "one that ends gives its hosts back at once");
  for (const name of hosts) t.equal((await world.host(name)).health, "CONNECTED");
  ids.push(await world.place());
  world.owner("alice").process.kill();
  await world.pass(6_000);
  t.strictSame(await sizes(world), { bob: 4 }, "one that dies loses its hosts within a lease");
  await world.pass(16_000);
  for (const id of ids) t.equal(world.starts(id), 1, "its program ran once");
  const ended = (await Promise.all(ids.map(world.task))).filter(({ observed }) => observed.status === "STOPPED");
  t.match(
    ended.map(({ observed }) => observed.containers[0]?.exitCode),
    [4, 4, 4, 4],
  );
  t.strictSame(await world.ledgerDifferences(), []);
});

t.test("a control plane that stood still takes no hosts back from those that took them over", async (t) => {
  const world = await aFleetWorld(t, redis, { hosts: ["h1", "h2", "h3"] });
  const alice = await world.start("alice");
  await world.start("bob");
  t.strictSame(await sizes(world), { alice: 2, bob: 1 });
  alice.process.pause();
  await world.pass(7_000);
  t.strictSame(await sizes(world), { bob: 3 });
  alice.process.resume();
  await world.pass(2_000);
  t.strictSame(await sizes(world), { alice: 1, bob: 2 }, "it came last");
});

t.test("an owner that dies", async (t) => {
  t.test("loses its hosts within five seconds, and the next one goes on with their tasks", async (t) => {
    const world = await aFleetWorld(t, redis, { hosts: ["h1", "h2"] });
    const alice = await world.start("alice");
    await world.start("bob");
    const [lasting, ending] = [await world.place(), await world.place({ command: ["exit", "4", "3000"] })];
    alice.process.kill();
    await world.pass(6_000);
    t.equal((await world.task(lasting)).observed.status, "RUNNING");
    t.equal(world.starts(lasting), 1);
    await ranOnce(t, world, ending);
    const late = await world.place({ command: ["exit", "4", "1000"] });
    await world.pass(1_000);
    await ranOnce(t, world, late);
  });

  t.test("loses nothing that was placed while nobody owned the host", async (t) => {
    const world = await aFleetWorld(t, redis);
    const alice = await world.start("alice");
    alice.process.kill();
    const id = await world.place({ command: ["exit", "4", "1000"] });
    t.equal((await world.task(id)).observed.status, "PENDING");
    await world.start("bob");
    await world.pass(7_000);
    await ranOnce(t, world, id);
  });

  t.test("in the middle of a stop leaves the next one to finish it", async (t) => {
    const world = await aFleetWorld(t, redis);
    const alice = await world.start("alice");
    await world.start("bob");
    const id = await world.place({ command: ["stubborn"] });
    await world.stop(id);
    alice.process.kill();
    await world.pass(9_000);
    t.match((await world.task(id)).observed, { status: "STOPPED", containers: [{ exitCode: 137 }] });
  });
});

t.test(
  "an owner that is closed in good order hands its hosts over at once, and does not wait for a grace",
  async (t) => {
    const world = await aFleetWorld(t, redis);
    const alice = await world.start("alice");
    const [lasting, stopping] = [
      await world.place(),
      await world.place({ command: ["stubborn"], stopTimeoutSeconds: 120 }),
    ];
    await world.stop(stopping);
    await alice.close();
    await world.start("bob");
    const id = await world.place();
    t.equal((await world.task(id)).observed.status, "RUNNING");
    t.equal((await world.task(lasting)).observed.status, "RUNNING");
    t.equal(world.starts(lasting), 1);
  },
);

t.test("an owner that stands still until another has taken over", async (t) => {
  t.test("starts nothing when it goes on", async (t) => {
    const world = await aFleetWorld(t, redis);
    // It stands right before the start, having asked what the container's state is.
    const alice = await world.start("alice", { failpoint: "launch.before-start", action: "pause" });
    const id = await world.place({ command: ["exit", "4", "500"] });
    await world.start("bob");
    await world.pass(8_000);
    await ranOnce(t, world, id);
    t.equal(world.engine().containers().length, 1, "the other started it, and it is still there");
    alice.process.resume();
    await world.pass(1_000);
    await ranOnce(t, world, id);
  });

  t.test("has its observations refused", async (t) => {
    const world = await aFleetWorld(t, redis);
    const alice = await world.start("alice", { failpoint: "observe.before-record", passes: 1, action: "pause" });
    const id = await world.place();
    await world.start("bob");
    t.equal(alice.process.isStanding(), true);
    await world.pass(6_000);
    await world.stop(id);
    const told = (await world.task(id)).observed;
    t.equal(told.status, "STOPPED");
    alice.process.resume();
    await world.pass(3_000);
    t.strictSame((await world.task(id)).observed, told);
    t.equal(world.starts(id), 1);
  });

  t.test("does nothing to hosts and tasks of the new one, though it had much to do", async (t) => {
    const world = await aFleetWorld(t, redis);
    const alice = await world.start("alice");
    const running = await world.place();
    alice.process.pause();
    const placed = await world.place();
    await world.start("bob");
    await world.pass(6_000);
    alice.process.resume();
    await world.pass(3_000);
    for (const id of [running, placed]) {
      t.equal((await world.task(id)).observed.status, "RUNNING");
      t.equal(world.starts(id), 1);
    }
    await world.stop(running);
    t.equal((await world.task(running)).observed.status, "STOPPED");
  });
});

t.test("a lease that ran out while its owner stood still, and that nobody took, is the owner's again", async (t) => {
  const world = await aFleetWorld(t, redis);
  const alice = await world.start("alice");
  const id = await world.place();
  alice.process.pause();
  await world.pass(20_000);
  alice.process.resume();
  await world.pass(3_000);
  await world.stop(id);
  t.equal((await world.task(id)).observed.status, "STOPPED");
  t.equal(world.starts(id), 1);
});

t.test("a crash right after a host was acquired leaves it to the next owner", async (t) => {
  const world = await aFleetWorld(t, redis);
  await world.start("alice", { failpoint: "owner.acquired" });
  await world.start("bob");
  t.equal((await world.host()).health, "DISCONNECTED");
  await world.pass(6_000);
  t.equal((await world.host()).health, "CONNECTED");
  t.equal((await world.task(await world.place())).observed.status, "RUNNING");
});

for (const failpoint of FAILPOINTS) {
  for (const passes of [0, 1, 2]) {
    t.test(`a crash at ${failpoint} after ${passes} passes: the next owner finishes the task, once`, async (t) => {
      const world = await aFleetWorld(t, redis);
      const alice = await world.start("alice", { failpoint, passes });
      const ids = [];
      for (let n = 0; n < 3; n += 1) ids.push(await world.place({ command: ["exit", "4", "500"] }));
      await world.pass(11_000);
      t.ok(alice.process.isKilled(), "it died there");
      await world.start("bob");
      await world.pass(18_000);
      for (const id of ids) await ranOnce(t, world, id);
      t.equal(world.engine().containers().length, 0, "nothing is left behind");
    });
  }

  t.test(
    `a crash at ${failpoint}: the next owner finishes a task whose containers share an address, once`,
    async (t) => {
      const world = await aFleetWorld(t, redis);
      // In the midst of the task, where it passes there more than once.
      const passes = failpoint === "janitor.before-remove" ? 0 : 1;
      const alice = await world.start("alice", { failpoint, passes });
      const id = await world.placeIn("awsvpc", { command: ["exit", "4", "500"] }, { name: "beside" });
      await world.pass(11_000);
      t.ok(alice.process.isKilled(), "it died there");
      await world.start("bob");
      await world.pass(18_000);
      const { observed } = await world.task(id);
      t.match(observed, { status: "STOPPED", containers: [{ name: PAUSE }, { name: "main", exitCode: 4 }, {}] });
      t.strictSame([world.starts(id, PAUSE), world.starts(id)], [1, 1]);
      t.ok(world.starts(id, "beside") <= 1);
      t.equal(world.engine().containers().length, 0, "nothing is left behind");
      t.strictSame(await world.ledgerDifferences(), []);
      const { engineId } = await world.host();
      t.strictSame(await world.hosts.engineAddresses([engineId]), { [engineId]: {} }, "its address is free");
    },
  );

  t.test(`an error at ${failpoint}: the same owner tries again, and the task runs once`, async (t) => {
    const world = await aFleetWorld(t, redis);
    await world.start("alice", { failpoint, action: "error" });
    const id = await world.place({ command: ["exit", "4", "500"] });
    await world.pass(14_000);
    await ranOnce(t, world, id);
    t.equal(world.engine().containers().length, 0);
  });
}

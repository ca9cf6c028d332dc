import t from "tap";
import type { ServiceRecord } from "../../src/ecs/model/service/records.ts";
import { aService, aServiceWorld, type ServiceWorld } from "./service-fixtures.ts";

/** A service that runs its first deployment, steadily. */
const aSteadyWorld = (changes: Partial<ServiceRecord> = {}, hosts = 3): ServiceWorld => {
  const world = aServiceWorld(aService(changes), hosts);
  world.deploy("v1");
  world.settle();
  return world;
};

t.test("a service starts its desired count, completes and says so", async (t) => {
  const world = aServiceWorld();
  world.deploy("v1");
  world.settle();
  t.equal(world.of("ecs-svc/v1").length, 4);
  t.match(world.primary(), {
    rolloutState: "COMPLETED",
    rolloutStateReason: "ECS deployment ecs-svc/v1 completed.",
    serviceDeploymentStatus: "SUCCESSFUL",
  });
  t.same(world.messages(), [
    "(service web) has reached a steady state.",
    "(service web) (deployment ecs-svc/v1) deployment completed.",
    "(service web) has started 4 tasks: (task t1) (task t2) (task t3) (task t4).",
  ]);
});

t.test("a task that ends is replaced", async (t) => {
  const world = aSteadyWorld();
  world.end(world.wanted()[0]!);
  t.same(world.decide().starts, [{ deployment: "ecs-svc/v1", count: 1 }]);
  world.settle();
  t.equal(world.healthy().length, 4);
});

t.test("under 100/200 all new tasks run and are healthy before an old one is stopped", async (t) => {
  const world = aSteadyWorld();
  world.deploy("v2");
  t.match(world.decide(), { starts: [{ count: 4 }], stops: [] });
  for (const task of world.wanted()) world.run(task);
  const looks = world.decide();
  t.match(looks, { starts: [], stops: [] });
  t.equal(looks.lookAgainAt, world.now + 40_000, "a task without a health check counts after 40 seconds");
  world.now = looks.lookAgainAt!;
  const { stops } = world.decide();
  t.equal(stops.length, 4);
  t.match(stops[0], {
    code: "ServiceSchedulerInitiated",
    reason: "Scaling activity initiated by (deployment ecs-svc/v1)",
  });
  world.settle();
  t.equal(world.deployment("ecs-svc/v1").status, "INACTIVE");
  t.equal(world.deployment("ecs-svc/v2").rolloutState, "COMPLETED");
});

t.test("under 50/100 half of the old ones make room, two by two", async (t) => {
  const world = aSteadyWorld({ bounds: { minimumHealthyPercent: 50, maximumPercent: 100 } });
  world.deploy("v2");
  t.match(world.decide(), { starts: [{ deployment: "ecs-svc/v2", count: 2 }], stops: { length: 2 } });
  world.goOn();
  t.match(world.decide(), { starts: [{ deployment: "ecs-svc/v2", count: 2 }], stops: { length: 2 } });
  world.settle();
  t.equal(world.of("ecs-svc/v2").length, 4);
});

t.test("bounds that leave no room for any move block a deployment, and it is said", async (t) => {
  const world = aSteadyWorld({ desiredCount: 1, bounds: { minimumHealthyPercent: 50, maximumPercent: 100 } });
  world.deploy("v2");
  for (let round = 0; round < 3; round += 1) {
    t.match(world.decide(), { starts: [], stops: [] });
    world.now += 1000;
  }
  t.match(world.messages().slice(0, 2), [
    /was unable to stop or start tasks during a deployment because of the service deployment configuration\./,
    /has reached a steady state\./,
  ]);
});

t.test("a deployment in the midst of another one drives out the tasks of both", async (t) => {
  const world = aSteadyWorld();
  world.deploy("v2");
  world.decide();
  for (const task of world.of("ecs-svc/v2").slice(0, 2)) world.run(task);
  world.deploy("v3");
  const { stops, starts } = world.decide();
  t.equal(stops.length, 4, "what does not count as healthy yet goes at once");
  t.match(starts, [{ deployment: "ecs-svc/v3", count: 4 }]);
  t.equal(world.healthy().length, 4, "and those that serve stay");
  t.match(world.deployment("ecs-svc/v2"), { serviceDeploymentStatus: "STOPPED" });
  world.settle();
  t.equal(world.of("ecs-svc/v3").length, 4);
});

t.test("tasks that have run for ten seconds are not all stopped for newer ones", async (t) => {
  const world = aServiceWorld();
  world.deploy("v1");
  world.decide();
  for (const task of world.wanted()) world.run(task);
  world.now += 10_000;
  world.deploy("v2");
  t.match(world.decide(), { stops: [], starts: [{ count: 4 }] });
});

t.test("a scaled-in service keeps its spread, and stops what is missed least", async (t) => {
  const world = aSteadyWorld({ desiredCount: 5 }, 4);
  const crowded = world.wanted().filter(({ host }) => host === world.tasks[4]!.host);
  t.equal(crowded.length, 2);
  world.service = { ...world.service, desiredCount: 4 };
  world.decide();
  t.equal(crowded.filter(({ desired }) => desired === "STOPPED").length, 1, "one of the host with two goes");
  world.service = { ...world.service, desiredCount: 2 };
  world.decide();
  const zones = world.wanted().map(({ host }) => world.hosts.find(({ id }) => id === host)!.zone);
  t.same(zones.sort(), ["east", "west"]);
});

t.test("a protected task outlives a scale-in and a deployment until its protection ends", async (t) => {
  const world = aSteadyWorld({ desiredCount: 1 });
  const task = world.wanted()[0]!;
  task.protectedUntil = world.now + 600_000;
  world.deploy("v2");
  world.decide();
  for (let round = 0; round < 3; round += 1) {
    world.goOn();
    world.decide();
    if (world.now < task.protectedUntil) t.equal(task.desired, "RUNNING");
  }
  world.settle();
  t.equal(task.desired, "STOPPED");
  t.ok(world.now >= task.protectedUntil);
});

t.test("a draining host's tasks are replaced first and stopped then", async (t) => {
  const world = aSteadyWorld();
  const [host] = world.hosts;
  const there = world.wanted().filter((task) => task.host === host!.id);
  host!.state = "DRAINING";
  t.match(world.decide(), { stops: [], starts: [{ count: there.length }] });
  world.settle();
  t.ok(there.every(({ status }) => status === "STOPPED"));
  t.equal(world.healthy().length, 4);
});

t.test("an unhealthy task is stopped when another has come for it", async (t) => {
  const world = aServiceWorld(aService({ healthCheckGracePeriodSeconds: 60 }));
  world.deploy("v1", { checked: true });
  world.settle();
  const [task] = world.wanted();
  task!.health = "UNHEALTHY";
  const spared = world.decide();
  t.match(spared, { starts: [], stops: [] }, "it is spared for the grace period");
  t.equal(spared.lookAgainAt, task!.startedAt! + 60_000);
  world.now = spared.lookAgainAt!;
  t.match(world.decide(), { starts: [{ count: 1 }], stops: [] });
  t.same(world.decide().stops, [
    { task: task!.id, code: "ServiceSchedulerInitiated", reason: "Task failed container health checks" },
  ]);
  t.ok(world.messages().includes(`(service web) (task ${task!.id}) failed container health checks.`));
  world.settle();
  t.equal(world.healthy().length, 4);
});

t.test("without room for others, unhealthy tasks are replaced one by one", async (t) => {
  const world = aServiceWorld(aService({ bounds: { minimumHealthyPercent: 50, maximumPercent: 100 } }));
  world.deploy("v1", { checked: true });
  world.settle();
  for (const task of world.wanted()) task.health = "UNHEALTHY";
  t.match(world.decide(), { stops: { length: 1 }, starts: [{ count: 1 }] });
  t.match(world.decide(), { stops: [], starts: [] }, "the next when that one runs");
  world.wanted().forEach((task) => {
    world.run(task);
  });
  t.match(world.decide(), { stops: { length: 1 }, starts: [{ count: 1 }] });
});

t.test(
  "a deployment whose tasks exit at once trips the breaker and is rolled back, every old task untouched",
  async (t) => {
    const world = aSteadyWorld({
      bounds: { minimumHealthyPercent: 100, maximumPercent: 200, circuitBreaker: { enable: true, rollback: true } },
    });
    const before = world.wanted();
    world.deploy("v2");
    world.decide();
    for (const task of world.of("ecs-svc/v2")) {
      world.run(task);
      world.end(task);
    }
    t.match(world.decide(), { starts: [], stops: [] });
    t.same(world.wanted(), before);
    t.match(world.primary(), {
      id: "ecs-svc/v1",
      rolloutState: "COMPLETED",
      rolloutStateReason: "ECS deployment ecs-svc/v1 completed.",
      rollbackOf: { deployment: "ecs-svc/v2" },
    });
    t.match(world.deployment("ecs-svc/v2"), {
      rolloutState: "FAILED",
      rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
      serviceDeploymentStatus: "ROLLBACK_SUCCESSFUL",
      statusReason: "Service deployment rolled back because the circuit breaker threshold was exceeded.",
      rollback: { revision: "v1" },
    });
    t.match(world.messages().slice(0, 4), [
      "(service web) has reached a steady state.",
      "(service web) (deployment ecs-svc/v1) deployment completed.",
      "(service web) rolling back to deployment ecs-svc/v1.",
      "(service web) (deployment ecs-svc/v2) deployment failed: tasks failed to start.",
    ]);
  },
);

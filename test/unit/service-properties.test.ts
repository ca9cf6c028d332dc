import fc from "fast-check";
import t from "tap";
import { boundsOf } from "../../src/ecs/model/service/bounds.ts";
import { breakerThreshold } from "../../src/ecs/model/service/breaker.ts";
import { requestDeletion, stopDeployment } from "../../src/ecs/model/service/deployments.ts";
import type { ServiceRecord } from "../../src/ecs/model/service/records.ts";
import { aService, aServiceWorld, type ServiceWorld } from "./service-fixtures.ts";

const pick = <Item>(items: readonly Item[], which: number): Item | undefined => items[which % items.length];

const BREAKER = { enable: true, rollback: true } as const;

/** What can happen to a service; the number picks among what it can happen to. */
const HAPPENINGS = {
  decide: (world) => void world.decide(),
  die: (world, which) => void world.decide(which % 2 === 0 ? "record" : "stops"),
  run: (world, which) => {
    for (const task of world.wanted().slice(which % 3)) world.run(task);
  },
  heal: (world, which) => {
    const sick = world.tasks.filter(({ health, status }) => health !== undefined && status === "RUNNING");
    for (const task of sick.slice(which % 3)) task.health = "HEALTHY";
  },
  later: (world, which) => {
    world.now += [1, 20, 41, 600][which % 4]! * 1000;
  },
  ended: (world) => {
    for (const task of world.tasks) if (task.desired === "STOPPED") world.end(task);
  },
  fail: (world, which) => {
    const task = pick(world.wanted(), which);
    if (task) world.end(task);
  },
  failAll: (world) => {
    for (const task of world.of(world.primary().id)) world.end(task);
  },
  /** A deployment whose tasks exit at once, for a while. */
  failDeployment: (world, which) => {
    HAPPENINGS.deploy(world, which);
    for (let round = 0; round <= which % 4; round += 1) {
      world.decide();
      for (const task of world.of(world.primary().id)) world.end(task);
      world.now += 5_000;
    }
  },
  sicken: (world, which) => {
    const checked = world.wanted().filter(({ health, status }) => health !== undefined && status === "RUNNING");
    for (const task of checked.slice(which % 4)) task.health = "UNHEALTHY";
  },
  userStops: (world, which) => {
    const task = pick(world.wanted(), which);
    if (task) world.stop(task.id, "UserInitiated", "Task stopped by user");
  },
  protect: (world, which) => {
    const task = pick(world.wanted(), which);
    if (task) task.protectedUntil = world.now + 300_000;
  },
  loseHost: (world, which) => world.loseHost(pick(world.hosts, which)!),
  drainHost: (world, which) => {
    pick(world.hosts, which)!.state = "DRAINING";
  },
  hostBack: (world, which) => {
    Object.assign(pick(world.hosts, which)!, { state: "ACTIVE", isConnected: true, fits: which % 5 !== 0 });
  },
  crowd: (world, which) => {
    pick(world.hosts, which)!.room = which % 3;
  },
  deploy: (world, which) =>
    world.deploy(`v${world.service.revisions.length}-${world.now}-${which}`, { checked: which % 2 === 0 }),
  scale: (world, which) => {
    world.service = { ...world.service, desiredCount: which % 7 };
  },
  rebound: (world, which) => {
    const [minimumHealthyPercent, maximumPercent] = pick(BOUNDS, which)!;
    world.service = { ...world.service, bounds: { ...world.service.bounds, minimumHealthyPercent, maximumPercent } };
  },
  stopDeployment: (world, which) => {
    const one = pick(world.service.deployments, which)!;
    const type = which % 2 === 0 ? "ROLLBACK" : "ABORT";
    world.service = stopDeployment(world.service, one.serviceDeploymentId, type, world.now) ?? world.service;
  },
  /** Placement that was under way when its deployment was superseded. */
  straggle: (world, which) => void world.place(pick(world.service.deployments, which)!.id),
} satisfies Record<string, (world: ServiceWorld, which: number) => void>;

type What = keyof typeof HAPPENINGS;

const BOUNDS = [
  [100, 200],
  [50, 100],
  [50, 150],
  [100, 150],
  [0, 100],
  [75, 125],
  [100, 100],
] as const;

const anyHistory = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 7, arbitrary: fc.constant<What>("decide") },
      { weight: 6, arbitrary: fc.constantFrom<What>("run", "later", "ended", "heal") },
      { weight: 6, arbitrary: fc.constantFrom(...(Object.keys(HAPPENINGS) as What[])) },
    ),
    fc.nat(29),
  ),
  { maxLength: 16, size: "max" },
);

const anyService = fc
  .record({
    isDaemon: fc.nat(5).map((one) => one === 0),
    desiredCount: fc.nat(6),
    bounds: fc.constantFrom(...BOUNDS),
    circuitBreaker: fc.constantFrom(undefined, BREAKER, { enable: true, rollback: false }),
    binpack: fc.boolean(),
    grace: fc.constantFrom(undefined, 60),
  })
  .map(({ isDaemon, desiredCount, bounds: [minimumHealthyPercent, maximumPercent], circuitBreaker, binpack, grace }) =>
    aService({
      desiredCount: isDaemon ? 0 : desiredCount,
      schedulingStrategy: isDaemon ? "DAEMON" : "REPLICA",
      bounds: {
        minimumHealthyPercent: isDaemon ? minimumHealthyPercent % 100 : minimumHealthyPercent,
        maximumPercent: isDaemon ? 100 : maximumPercent,
        ...(circuitBreaker ? { circuitBreaker } : {}),
      },
      placementStrategy: binpack ? [{ type: "binpack", field: "cpu" }] : [],
      ...(grace === undefined ? {} : { healthCheckGracePeriodSeconds: grace }),
    }),
  );

const lived = (service: ServiceRecord, history: readonly (readonly [What, number])[]): ServiceWorld => {
  const world = aServiceWorld(service);
  // Half of them begin with tasks that have a health check, half with a service that is steady already.
  world.deploy("v1", { checked: history.length % 4 < 2 });
  if (history.length % 2 === 0) world.settle();
  for (const [what, which] of history) HAPPENINGS[what](world, which);
  return world;
};

/** Nothing disturbs it any more: hosts are there and have room, bounds leave room to move, and what is deployed runs. */
const calm = (world: ServiceWorld): void => {
  for (const host of world.hosts) Object.assign(host, { state: "ACTIVE", isConnected: true, fits: true, room: 100 });
  const { service } = world;
  const { lower, upper } = boundsOf(service.desiredCount, service.bounds);
  const isDaemon = service.schedulingStrategy === "DAEMON";
  const [minimumHealthyPercent, maximumPercent] = isDaemon
    ? [0, 100]
    : lower >= upper
      ? [100, 200]
      : [service.bounds.minimumHealthyPercent, service.bounds.maximumPercent];
  // What was unhealthy before is stopped yet, and might trip the breaker.
  world.service = { ...service, bounds: { minimumHealthyPercent, maximumPercent } };
};

t.test(
  "whatever happens, a service keeps its bounds, and is as desired soon after nothing happens any more",
  async () => {
    fc.assert(
      fc.property(anyService, anyHistory, fc.boolean(), (service, history, isRedeployed) => {
        // Every decision on the way is held to the bounds by the world itself.
        const world = lived(service, history);
        calm(world);
        world.decide();
        if (isRedeployed || world.primary().rolloutState === "FAILED") world.deploy("last");
        world.settle();
        const { deployments, desiredCount } = world.service;
        const healthy = world.healthy().length;
        if (healthy !== desiredCount || world.wanted().length !== desiredCount)
          throw new Error(`${healthy} healthy of ${world.wanted().length} tasks, ${desiredCount} desired`);
        if (deployments.filter(({ status }) => status !== "INACTIVE").length !== 1)
          throw new Error("an old deployment stays");
        if (world.primary().rolloutState !== "COMPLETED") throw new Error("it is steady and not completed");
      }),
      { numRuns: 8000 },
    );
  },
);

t.test(
  "what was decided holds: without news the same is asked for, nothing is recorded, and no more is started",
  async () => {
    fc.assert(
      fc.property(anyService, anyHistory, (service, history) => {
        const world = lived(service, history);
        if (!world.isSameAgain()) throw new Error("it decides otherwise on what it recorded itself");
        world.decide();
        const again = world.look();
        const isUnhealthy = (id: string): boolean => world.tasks.find((task) => task.id === id)?.health === "UNHEALTHY";
        // Only an unhealthy task goes later, when another has come for it: and makes room.
        if (again.starts.length > 0 && again.stops.length === 0 && !world.primary().unplaced)
          throw new Error("it starts more");
        if (again.stops.some(({ task }) => !isUnhealthy(task))) throw new Error("it stops more");
      }),
      { numRuns: 2000 },
    );
  },
);

t.test("a deleted service stops all it has, and is gone then", async () => {
  fc.assert(
    fc.property(anyService, anyHistory, (service, history) => {
      const world = lived(service, history);
      world.service = requestDeletion(world.service);
      world.decide();
      for (const task of world.tasks) if (task.desired === "STOPPED") world.end(task);
      world.decide();
      if (world.service.status !== "INACTIVE") throw new Error("it stays");
    }),
    { numRuns: 300 },
  );
});

t.test("the default breaker trips at exactly half of the desired count, but 3 to 200", async (t) => {
  const trippedAfter = (desiredCount: number): number => {
    const world = aServiceWorld(
      aService({
        desiredCount,
        bounds: { minimumHealthyPercent: 0, maximumPercent: 100, circuitBreaker: { enable: true, rollback: false } },
      }),
    );
    world.deploy("v1");
    for (let failures = 0; failures <= 300; failures += 1) {
      world.decide();
      if (world.primary().rolloutState === "FAILED") return failures;
      const task = world.wanted()[0]!;
      world.run(task);
      world.end(task);
    }
    return Number.POSITIVE_INFINITY;
  };
  for (const desired of [1, 2, 3, 5, 6, 7, 8, 11, 50, 51])
    t.equal(trippedAfter(desired), Math.min(200, Math.max(3, Math.ceil(desired / 2))), `of ${desired}`);
  fc.assert(
    fc.property(fc.nat(1000), (desired) => {
      const threshold = breakerThreshold(desired, {});
      return threshold === Math.min(200, Math.max(3, Math.ceil(desired / 2)));
    }),
  );
});

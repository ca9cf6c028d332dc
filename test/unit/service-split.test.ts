import fc from "fast-check";
import t from "tap";
import { byProvider } from "../../src/ecs/model/service/split.ts";
import { aService, aServiceWorld, type ServiceWorld } from "./service-fixtures.ts";

// Services whose tasks are split over capacity providers.

const item = (capacityProvider: string, weight: number, base = 0) => ({ capacityProvider, weight, base });
type Strategy = readonly ReturnType<typeof item>[];

const ONE_AND_TWO = [item("FARGATE", 1, 1), item("FARGATE_SPOT", 2)];

const split = (strategy: Strategy, desiredCount: number): ServiceWorld => {
  const world = aServiceWorld(aService({ desiredCount }));
  world.deploy("v1", { strategy });
  world.settle();
  return world;
};
const scale = (world: ServiceWorld, desiredCount: number): void => {
  world.service = { ...world.service, desiredCount, isSteady: false };
  world.settle();
};
const counts = (world: ServiceWorld) => ({ ...byProvider(world.wanted()) });

t.test("tasks are split by base first, then by weight, however the service came to its count", async (t) => {
  const table: [Strategy, number, object][] = [
    [ONE_AND_TWO, 1, { FARGATE: 1 }],
    [ONE_AND_TWO, 3, { FARGATE: 2, FARGATE_SPOT: 1 }],
    [ONE_AND_TWO, 4, { FARGATE: 2, FARGATE_SPOT: 2 }],
    [ONE_AND_TWO, 7, { FARGATE: 3, FARGATE_SPOT: 4 }],
    [[item("FARGATE", 0, 2), item("FARGATE_SPOT", 1)], 5, { FARGATE: 2, FARGATE_SPOT: 3 }],
    [[item("a", 1), item("b", 1), item("c", 2)], 8, { a: 2, b: 2, c: 4 }],
  ];
  for (const [strategy, desired, expected] of table) {
    const what = `${desired} of ${JSON.stringify(strategy)}`;
    t.strictSame(counts(split(strategy, desired)), expected, what);
    const grown = split(strategy, 0);
    for (let count = 1; count <= desired; count += 1) scale(grown, count);
    t.strictSame(counts(grown), expected, `${what}, grown one by one`);
    const shrunk = split(strategy, desired + 5);
    scale(shrunk, desired);
    t.strictSame(counts(shrunk), expected, `${what}, scaled in`);
  }
});

t.test("a task that is taken back is replaced on the provider that lacks it, beside those that run", async (t) => {
  const world = split(ONE_AND_TWO, 4);
  const spot = world.wanted().find(({ capacityProvider }) => capacityProvider === "FARGATE_SPOT")!;
  world.stop(spot.id, "SpotInterruption", "Your Spot Task was interrupted.");
  const { starts } = world.decide();
  t.match(starts, [{ count: 1, beside: { FARGATE: 2, FARGATE_SPOT: 1 } }], "at once, not when it has gone");
  world.settle();
  t.strictSame(counts(world), { FARGATE: 2, FARGATE_SPOT: 2 });
  t.equal(world.primary().trouble.failedTasks, 0, "it is no failure of the deployment");
});

t.test("a roll splits the new tasks anew, whatever the old ones run on", async (t) => {
  const world = split(ONE_AND_TWO, 4);
  world.deploy("v2", { strategy: [item("FARGATE", 1), item("FARGATE_SPOT", 1, 3)] });
  world.settle();
  t.strictSame(counts(world), { FARGATE: 1, FARGATE_SPOT: 3 });
  world.deploy("v3");
  world.settle();
  t.strictSame(counts(world), {}, "and to a launch type");
});

const strategies = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }), fc.nat(4), fc.nat(4))
  .filter(([weights]) => weights.some((weight) => weight > 0))
  .map(([weights, at, base]) =>
    weights.map((weight, index) => item(`p${index}`, weight, index === at % weights.length ? base : 0)),
  );

t.test(
  "whatever is scaled, ends and is replaced, the base is kept and nobody is more than a task off its share",
  async () => {
    const happenings = fc.array(fc.tuple(fc.constantFrom("scale", "end", "reclaim"), fc.nat(11)), { maxLength: 8 });
    fc.assert(
      fc.property(strategies, fc.nat(10), happenings, (strategy, desired, history) => {
        const world = split(strategy, desired);
        for (const [what, which] of history) {
          const task = world.wanted()[which % Math.max(1, world.wanted().length)];
          if (what === "scale") scale(world, which);
          else if (task && what === "end") world.end(task);
          else if (task) world.stop(task.id, "SpotInterruption", "taken back");
          world.settle();
          const running = byProvider(world.wanted());
          const { desiredCount } = world.service;
          const based = strategy.find(({ base }) => base > 0);
          const base = Math.min(based?.base ?? 0, desiredCount);
          const weights = strategy.reduce((sum, { weight }) => sum + weight, 0);
          for (const { capacityProvider, weight, base: own } of strategy) {
            const count = running[capacityProvider] ?? 0;
            if (count < Math.min(own, base)) throw new Error(`a base of ${base} has ${count}`);
            const share = ((desiredCount - base) * weight) / weights;
            const beyond = count - (own > 0 ? base : 0);
            if (Math.abs(beyond - share) > 1 + 1e-9)
              throw new Error(`${capacityProvider} has ${beyond}, its share is ${share}`);
          }
        }
      }),
      { numRuns: 600 },
    );
  },
);

import fc from "fast-check";
import t from "tap";
import { capacityOf, checkStrategy } from "../../src/ecs/model/capacity.ts";
import { groupNameOf, readNewProvider } from "../../src/ecs/model/capacity-provider.ts";
import { nextProvider, splitByStrategy } from "../../src/ecs/model/capacity-strategy.ts";
import { chargeOf } from "../../src/ecs/model/charge.ts";

const item = (capacityProvider: string, weight?: number, base?: number) => ({
  capacityProvider,
  ...(weight !== undefined && { weight }),
  ...(base !== undefined && { base }),
});

const counts = (providers: readonly string[]): Record<string, number> => {
  const counted: Record<string, number> = {};
  for (const provider of providers) counted[provider] = (counted[provider] ?? 0) + 1;
  return counted;
};

t.test("tasks are split over a strategy", async (t) => {
  const strategy = [item("FARGATE", 1, 2), item("FARGATE_SPOT", 3)];
  t.strictSame(counts(splitByStrategy(2, strategy)), { FARGATE: 2 }, "the base comes first");
  t.strictSame(counts(splitByStrategy(10, strategy)), { FARGATE: 4, FARGATE_SPOT: 6 }, "the rest by weight");
  t.equal(nextProvider(strategy, { FARGATE: 1, FARGATE_SPOT: 9 }), "FARGATE", "a base that was lost is restored");
  t.equal(nextProvider(strategy, { FARGATE: 2, FARGATE_SPOT: 3 }), "FARGATE", "what runs already counts");
  t.strictSame(counts(splitByStrategy(5, [item("a", 0, 2), item("b", 1)])), { a: 2, b: 3 }, "a base needs no weight");
  t.equal(nextProvider([item("a"), item("b", 0)], {}), undefined, "without any weight there is no next");
});

const strategies = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }), fc.nat(4), fc.nat(20))
  .filter(([weights]) => weights.some((weight) => weight > 0))
  .map(([weights, at, base]) =>
    weights.map((weight, index) => item(`p${index}`, weight, index === at % weights.length ? base : 0)),
  );

t.test(
  "any strategy gives its base first, and no provider ever gets a whole task more than its share of the rest",
  async () => {
    fc.assert(
      fc.property(strategies, fc.nat(120), (strategy, count) => {
        const split = counts(splitByStrategy(count, strategy));
        const based = strategy.find(({ base = 0 }) => base > 0);
        const base = based?.base ?? 0;
        if (based && (split[based.capacityProvider] ?? 0) < Math.min(base, count)) return false;
        const rest = Math.max(0, count - base);
        const weights = strategy.reduce((total, { weight = 0 }) => total + weight, 0);
        return strategy.every(({ capacityProvider, weight = 0, base: own = 0 }) => {
          const beyond = Math.max(0, (split[capacityProvider] ?? 0) - own);
          const share = (rest * weight) / weights;
          return beyond < share + 1 && (rest % weights !== 0 || beyond === share);
        });
      }),
      { numRuns: 500 },
    );
  },
);

t.test("one task after another is split as all at once", async () => {
  fc.assert(
    fc.property(strategies, fc.nat(40), fc.nat(40), (strategy, first, then) => {
      const before = splitByStrategy(first, strategy);
      const after = splitByStrategy(then, strategy, counts(before));
      return [...before, ...after].join() === splitByStrategy(first + then, strategy).join();
    }),
    { numRuns: 200 },
  );
});

t.test("a strategy is held against its cluster", async (t) => {
  const both = ["FARGATE", "FARGATE_SPOT", "machines"];
  const refusals: [Parameters<typeof checkStrategy>, RegExp][] = [
    [[[item("FARGATE", 1)], []], /not associated with the cluster/],
    [[[item("FARGATE", 1), item("FARGATE", 1)], both], /duplicate/],
    [[[item("FARGATE", 1), item("machines", 1)], both], /mix of capacity providers/],
    [[[item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 1)], both], /can have a base/],
    [[[item("FARGATE"), item("FARGATE_SPOT", 0)], both], /weight greater than 0/],
    [[[item("FARGATE", 1001)], both], /weight must be between/],
    [[[item("FARGATE", 1, 100_001)], both], /base must be between/],
  ];
  for (const [asked, words] of refusals)
    t.throws(() => checkStrategy(...asked), { code: "InvalidParameterException", message: words });
  t.doesNotThrow(() => checkStrategy([item("FARGATE", 1, 2), item("FARGATE_SPOT", 4)], both));
});

t.test("who asks for nothing gets the cluster's default strategy, and EC2 where it has none", async (t) => {
  const strategy = [item("FARGATE", 1)];
  const cluster = { capacityProviders: ["FARGATE"], defaultCapacityProviderStrategy: strategy };
  t.strictSame(capacityOf({}, cluster), { strategy });
  t.strictSame(capacityOf({}, {}), { launchType: "EC2" });
  t.strictSame(capacityOf({ launchType: "EC2" }, cluster), { launchType: "EC2" });
  t.strictSame(capacityOf({ capacityProviderStrategy: strategy }, cluster), { strategy });
  t.throws(() => capacityOf({ launchType: "FARGATE", capacityProviderStrategy: strategy }, cluster), {
    code: "InvalidParameterException",
    message: /both a launch type and capacity provider strategy/,
  });
  t.throws(() => capacityOf({ launchType: "EXTERNAL" }, cluster), { code: "NotImplemented" });
});

t.test("a capacity provider is an Auto Scaling group that nothing scales", async (t) => {
  const autoScalingGroupArn =
    "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:a1b2:autoScalingGroupName/machines";
  t.equal(groupNameOf({ autoScalingGroupArn }), "machines");
  t.equal(groupNameOf({ autoScalingGroupArn: "machines" }), "machines");
  const made = (more: object) =>
    readNewProvider({ name: "machines", autoScalingGroupProvider: { autoScalingGroupArn, ...more } });
  t.match(made({}), { managedScaling: { status: "DISABLED" }, managedDraining: "DISABLED" });
  t.throws(() => made({ managedScaling: {} }), { code: "NotImplemented" }, "its status would be ENABLED");
  t.throws(() => made({ managedTerminationProtection: "ENABLED" }), { code: "NotImplemented" });
  for (const name of ["", "no spaces", "fargate-own", "aws1", "ECS"])
    t.throws(() => readNewProvider({ name, autoScalingGroupProvider: { autoScalingGroupArn } }), {
      code: "ClientException",
    });
});

t.test("a task on Fargate is charged by the second from its pull to its end, a minute at least", async (t) => {
  const task = {
    cpuUnits: 1024,
    memoryMiB: 2048,
    architecture: "X86_64" as const,
    ephemeralStorageGiB: 20,
    isSpot: false,
  };
  const anHour = { pullStartedAt: 0, stoppedAt: 3_600_000 };
  const dollars = (more: object) => Number(chargeOf({ ...task, ...anHour, ...more }, 9e9).dollars.toFixed(6));
  t.equal(dollars({}), 0.04937);
  t.equal(dollars({ architecture: "ARM64" }), 0.0395);
  t.equal(dollars({ isSpot: true }), 0.014811, "70 % less");
  t.equal(dollars({ ephemeralStorageGiB: 120 }), 0.06047, "100 GB beyond those included");
  t.equal(chargeOf({ ...task, pullStartedAt: 0, stoppedAt: 1_500 }, 0).seconds, 60);
  t.equal(chargeOf({ ...task, pullStartedAt: 0 }, 90_500).seconds, 91, "what runs is charged until now");
  t.strictSame(chargeOf(task, 90_000), { seconds: 0, dollars: 0 }, "who waits pays nothing");
});

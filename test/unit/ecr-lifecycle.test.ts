import fc from "fast-check";
import t from "tap";
import type { Image } from "../../src/ecr/model/image.ts";
import { judge, type LifecycleVerdict } from "../../src/ecr/model/lifecycle.ts";
import type { LifecycleRule } from "../../src/ecr/model/lifecycle-policy.ts";
import { previewOf } from "../../src/ecr/model/lifecycle-preview.ts";
import { readLifecyclePolicy } from "../../src/ecr/model/read-lifecycle-policy.ts";
import { anImage, digestOf } from "../support/images.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;

interface RuleText {
  readonly rulePriority?: unknown;
  readonly selection?: object;
  readonly action?: unknown;
  readonly [member: string]: unknown;
}

const COUNT = { countType: "imageCountMoreThan", countNumber: 1 };
const DAYS = { countType: "sinceImagePushed", countUnit: "days", countNumber: 14 };
const rule = (selection: object, members: RuleText = {}) => ({
  rulePriority: 1,
  description: "a rule of tests",
  selection: { tagStatus: "any", ...COUNT, ...selection },
  action: { type: "expire" },
  ...members,
});
const policy = (...rules: unknown[]) => JSON.stringify({ rules }, undefined, 2);

/** An image pushed so many days ago. */
const pushed = (name: string, daysAgo: number, tags: readonly string[] = [], members: Partial<Image> = {}): Image => ({
  ...anImage(name, { pushedAt: NOW - daysAgo * DAY }),
  tags,
  ...members,
});

/** What comes of images, by their tags. */
const judged = (text: string, ...images: Image[]): Record<string, string> => {
  const verdicts = judge(readLifecyclePolicy(text), images, NOW);
  return Object.fromEntries(
    verdicts.map(({ image, expires, rulePriority }) => [
      image.tags.join(" "),
      [expires ? "expires" : "stays", rulePriority].join(" ").trim(),
    ]),
  );
};

t.test("every rule of the guide's examples is read", async (t) => {
  const tagged = { tagStatus: "tagged" };
  const rules = readLifecyclePolicy(
    policy(
      rule({ tagStatus: "any", ...DAYS }, { rulePriority: 40 }),
      rule({ ...tagged, tagPrefixList: ["prod", "release"] }, { rulePriority: 2 }),
      rule({ ...tagged, tagPatternList: ["prod*web", "*"] }, { rulePriority: 1 }),
      rule({ tagStatus: "untagged", ...DAYS, countType: "sinceImagePulled" }, { rulePriority: 3 }),
    ),
  );
  t.strictSame(rules, [
    {
      priority: 1,
      selection: { tagStatus: "tagged", prefixes: [], patterns: ["prod*web", "*"] },
      limit: { type: "imageCountMoreThan", count: 1 },
    },
    {
      priority: 2,
      selection: { tagStatus: "tagged", prefixes: ["prod", "release"], patterns: [] },
      limit: { type: "imageCountMoreThan", count: 1 },
    },
    { priority: 3, selection: { tagStatus: "untagged" }, limit: { type: "sinceImagePulled", days: 14 } },
    { priority: 40, selection: { tagStatus: "any" }, limit: { type: "sinceImagePushed", days: 14 } },
  ]);
});

t.test("a policy that breaks the grammar is refused in ECR's words, with the member that does", async (t) => {
  const tagged = { tagStatus: "tagged", tagPrefixList: ["v"] };
  const cases: [string, RegExp][] = [
    [`${" ".repeat(100)}no JSON`, /no JSON/],
    [`{${" ".repeat(100)}}`, /missing required properties \(\["rules"\]\)/],
    [policy().padEnd(100), /array has 0 elements/],
    [policy(...Array.from({ length: 51 }, (_, i) => rule({}, { rulePriority: i + 1 }))), /array has 51 elements/],
    [policy(rule({}, { surprise: 1 })), /not allowed by the schema: \["surprise"\]/],
    [policy(rule({}, { rulePriority: 0 })), /lower than the required minimum \(minimum: 1, found: 0\)/],
    [policy(rule({}, { rulePriority: "1" })), /must be a whole number/],
    [policy(rule({}, { rulePriority: 1.5 })), /must be a whole number/],
    [policy(rule({}, { description: 5 })), /must be text/],
    [policy(rule({}, { action: {} })), /missing required properties \(\["type"\]\)/],
    [
      policy(rule({}, { action: { type: "delete" } })),
      /not found in enum \(possible values: \["expire","transition"\]\)/,
    ],
    [policy(rule({}, { action: { type: "expire", targetStorageClass: "archive" } })), /transition only/],
    [policy(rule({ tagStatus: "some" })), /not found in enum/],
    [policy(rule({ tagStatus: "tagged" })), /needs either tagPrefixList or tagPatternList/],
    [policy(rule({ ...tagged, tagPatternList: ["v*"] })), /and not both/],
    [policy(rule({ tagStatus: "untagged", tagPrefixList: ["v"] })), /tagStatus tagged only/],
    [policy(rule({ ...tagged, tagPrefixList: [] })), /array has 0 elements/],
    [policy(rule({ ...tagged, tagPrefixList: [""] })), /is empty/],
    [policy(rule({ tagStatus: "tagged", tagPatternList: ["*a*b*c*d*"] })), /more than 4 wildcards/],
    [policy(rule({ countType: "imageCount" })), /not found in enum/],
    [policy(rule({ countUnit: "days" })), /countUnit is not allowed/],
    [policy(rule({ ...DAYS, countUnit: undefined })), /countUnit is required/],
    [policy(rule({ ...DAYS, countUnit: "hours" })), /possible values: \["days"\]/],
    [policy(rule({ countNumber: 0 })), /lower than the required minimum/],
    [policy(rule({ tagStatus: "untagged" }), rule({})), /rulePriority 1 is given twice/],
    [policy(rule({}), rule({}, { rulePriority: 2 })), /only one rule may have the tagStatus any/],
    [policy(rule({}), rule(tagged, { rulePriority: 2 })), /must have the highest rulePriority/],
    [
      policy(rule({ tagStatus: "untagged" }), rule({ tagStatus: "untagged" }, { rulePriority: 2 })),
      /only one rule may have the tagStatus untagged/,
    ],
  ];
  for (const [text, message] of cases)
    t.throws(() => readLifecyclePolicy(text), { code: "InvalidParameterException", message }, String(message));
  t.throws(() => readLifecyclePolicy("{}"), /'must have length greater than or equal to 100'/);
  t.throws(() => readLifecyclePolicy(" ".repeat(30_721)), /'must have length less than or equal to 30720'/);
});

t.test("archiving is not built, and says so", async (t) => {
  const archive = { action: { type: "transition", targetStorageClass: "archive" } };
  t.throws(() => readLifecyclePolicy(policy(rule({}, archive))), { code: "NotImplemented", message: /transition/ });
  t.throws(() => readLifecyclePolicy(policy(rule({ storageClass: "archive" }))), { code: "NotImplemented" });
});

t.test("more than a number of images: the oldest go", async (t) => {
  const text = policy(rule({ countNumber: 2 }));
  t.strictSame(judged(text, pushed("a", 3, ["a"]), pushed("b", 1, ["b"]), pushed("c", 2, ["c"])), {
    a: "expires 1",
    b: "stays 1",
    c: "stays 1",
  });
});

t.test("older than a number of days: what is exactly as old stays", async (t) => {
  const text = policy(rule(DAYS));
  const older = pushed("old", 14, ["old"], { pushedAt: NOW - 14 * DAY - 1 });
  t.strictSame(judged(text, older, pushed("edge", 14, ["edge"])), { old: "expires 1", edge: "stays 1" });
});

t.test("since it was pulled, or pushed where nobody ever pulled it", async (t) => {
  const text = policy(rule({ ...DAYS, countType: "sinceImagePulled" }));
  const used = pushed("used", 90, ["used"], { pulledAt: NOW - DAY });
  t.strictSame(judged(text, used, pushed("never", 90, ["never"])), { used: "stays 1", never: "expires 1" });
});

t.test("all prefixes, and all patterns, have to be among an image's tags", async (t) => {
  const both = policy(rule({ tagStatus: "tagged", tagPrefixList: ["alpha", "beta"], ...DAYS }));
  const images = [pushed("a", 30, ["alpha-1"]), pushed("b", 30, ["alpha-2", "beta-2"]), pushed("c", 30, ["beta-3"])];
  t.strictSame(judged(both, ...images), { "alpha-1": "stays", "alpha-2 beta-2": "expires 1", "beta-3": "stays" });
  const pattern = policy(rule({ tagStatus: "tagged", tagPatternList: ["*-2"], ...DAYS }));
  t.match(judged(pattern, ...images), { "alpha-2 beta-2": "expires 1", "alpha-1": "stays" });
});

t.test("an image is the first rule's that selects it, and no later rule takes it", async (t) => {
  const text = policy(
    rule({ tagStatus: "tagged", tagPrefixList: ["keep"], countNumber: 100 }),
    rule({ ...DAYS }, { rulePriority: 2 }),
  );
  t.strictSame(judged(text, pushed("k", 900, ["keep-1"]), pushed("o", 900, ["other"])), {
    "keep-1": "stays 1",
    other: "expires 2",
  });
});

t.test("a later rule counts what an earlier one takes as if it were still there", async (t) => {
  const text = policy(
    rule({ tagStatus: "tagged", tagPrefixList: ["alpha"], countNumber: 1 }),
    rule({ tagStatus: "tagged", tagPrefixList: ["beta"], countNumber: 2 }, { rulePriority: 2 }),
  );
  const images = [
    pushed("a", 4, ["beta-1"]),
    pushed("b", 3, ["alpha-1", "beta-2"]),
    pushed("c", 2, ["alpha-2", "beta-3"]),
  ];
  t.strictSame(judged(text, ...images), {
    "beta-1": "expires 2",
    "alpha-1 beta-2": "expires 1",
    "alpha-2 beta-3": "stays 1",
  });
});

t.test("what an index names stays until the index is gone", async (t) => {
  const child = pushed("child", 90);
  const index = pushed("index", 90, ["latest"], { children: [child.digest] });
  const untagged = policy(rule({ tagStatus: "untagged", ...DAYS }));
  const [verdict] = judge(readLifecyclePolicy(untagged), [child, index], NOW);
  t.match(verdict, { expires: false, rulePriority: 1, reason: /index sha256:[0-9a-f]{64} names it/ });
  t.match(judge(readLifecyclePolicy(untagged), [child], NOW), [{ expires: true }]);
});

t.test("a signature goes with what it signs, and is not counted beside it", async (t) => {
  const image = pushed("image", 90, ["old"]);
  const young = pushed("young", 1, ["young"]);
  const signatureOf = (subject: Image, daysAgo: number) =>
    pushed(`signature of ${subject.tags}`, daysAgo, [], { subject: subject.digest });
  const verdicts = judge(
    readLifecyclePolicy(policy(rule({ countNumber: 1 }))),
    [signatureOf(image, 0), image, young, signatureOf(young, 90)],
    NOW,
  );
  t.match(verdicts, [
    { expires: true, reason: /it refers to .* which expires/ },
    { expires: true },
    { expires: false },
    { expires: false, reason: /which stays/ },
  ]);
  const lone = pushed("lone", 90, [], { subject: digestOf("not there") });
  t.match(judge(readLifecyclePolicy(policy(rule(DAYS))), [lone], NOW), [{ expires: true, rulePriority: 1 }]);
});

t.test("reasons have the figures", async (t) => {
  const reasons = (text: string, ...images: Image[]) =>
    judge(readLifecyclePolicy(text), images, NOW).map(({ reason }) => reason);
  t.strictSame(reasons(policy(rule({})), pushed("a", 2), pushed("b", 1)), [
    "it is number 2 of 2 from the newest, and 1 are kept",
    "it is number 1 of 2 from the newest, and 1 are kept",
  ]);
  t.strictSame(reasons(policy(rule(DAYS)), pushed("a", 20)), ["it was pushed 20 days ago, and 14 are kept"]);
  t.strictSame(reasons(policy(rule({ tagStatus: "untagged" })), pushed("a", 20, ["x"])), ["no rule selects it"]);
});

t.test("a preview keeps what would go", async (t) => {
  const verdicts = judge(readLifecyclePolicy(policy(rule({}))), [pushed("a", 2, ["1"]), pushed("b", 1)], NOW);
  t.strictSame(previewOf("text", verdicts), {
    policyText: "text",
    expiring: [{ digest: digestOf("a"), tags: ["1"], pushedAt: NOW - 2 * DAY, rulePriority: 1 }],
  });
});

// The plainest reading of the guide, written apart from the code: rule by rule, image by image, no indexes of anything.

const image: fc.Arbitrary<Omit<Image, "digest">> = fc.record({
  mediaType: fc.constant("x"),
  sizeInBytes: fc.constant(1),
  manifestBytes: fc.constant(1),
  blobs: fc.constant([]),
  children: fc.constant([]),
  // Few moments, so that many images share one.
  pushedAt: fc.integer({ min: 0, max: 6 }).map((days) => NOW - days * DAY - 1),
  tags: fc.uniqueArray(fc.constantFrom("prod-1", "prod-2", "dev-1", "dev-2", "web"), { maxLength: 3 }),
});
const images = fc.array(image, { maxLength: 10 }).chain((some) =>
  fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 3 }).map((links) =>
    some.map((one, i): Image => {
      const named = links.filter(([from, to]) => from === i && to < some.length && to > from).map(([, to]) => to);
      return { ...one, digest: digestOf(`image ${i}`), children: named.map((to) => digestOf(`image ${to}`)) };
    }),
  ),
);
const limit = fc.oneof(
  fc.record({ type: fc.constant("imageCountMoreThan" as const), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ type: fc.constant("sinceImagePushed" as const), days: fc.integer({ min: 1, max: 5 }) }),
);
const selection = fc.oneof(
  fc.constant({ tagStatus: "untagged" as const }),
  fc.record({
    tagStatus: fc.constant("tagged" as const),
    prefixes: fc.subarray(["prod", "dev", "web"], { minLength: 1, maxLength: 2 }),
    patterns: fc.constant([]),
  }),
  fc.record({
    tagStatus: fc.constant("tagged" as const),
    prefixes: fc.constant([]),
    patterns: fc.subarray(["*-1", "p*", "w*b"], { minLength: 1, maxLength: 2 }),
  }),
);
const rules: fc.Arbitrary<LifecycleRule[]> = fc
  .tuple(fc.array(fc.record({ selection, limit }), { maxLength: 4 }), fc.option(limit))
  .map(([some, last]) => [
    ...some.map((one, i) => ({ ...one, priority: i + 1 })),
    ...(last ? [{ priority: 99, selection: { tagStatus: "any" as const }, limit: last }] : []),
  ]);

const plainly = (all: readonly LifecycleRule[], some: readonly Image[]): Set<string> => {
  const matches = ({ selection: which }: LifecycleRule, { tags }: Image): boolean => {
    if (which.tagStatus === "any") return true;
    if (which.tagStatus === "untagged") return !tags.length;
    const hasPrefix = (prefix: string) => tags.filter((tag) => tag.indexOf(prefix) === 0).length > 0;
    const hasPattern = (pattern: string) =>
      tags.filter((tag) => new RegExp(`^${pattern.replace("*", ".*")}$`).test(tag)).length > 0;
    return which.prefixes.every(hasPrefix) && which.patterns.every(hasPattern);
  };
  const gone = new Set<string>();
  const spokenFor = new Set<string>();
  for (const one of all) {
    const mine = some.filter((each) => matches(one, each));
    for (const each of mine) {
      const newer = mine.filter(
        (other) => other.pushedAt > each.pushedAt || (other.pushedAt === each.pushedAt && other.digest < each.digest),
      );
      const isOver =
        one.limit.type === "imageCountMoreThan"
          ? newer.length >= one.limit.count
          : each.pushedAt < NOW - one.limit.days * DAY;
      const isNamed = some.some((other) => other.children.includes(each.digest));
      if (isOver && !isNamed && !spokenFor.has(each.digest)) gone.add(each.digest);
    }
    for (const each of mine) spokenFor.add(each.digest);
  }
  return gone;
};

const gone = (verdicts: readonly LifecycleVerdict[]): string[] =>
  verdicts.filter(({ expires }) => expires).map(({ image: { digest } }) => digest);

t.test("whatever the rules and images, those go that the guide's sentences say", async (t) => {
  fc.assert(
    fc.property(rules, images, (all, some) => {
      t.strictSame(new Set(gone(judge(all, some, NOW))), plainly(all, some));
    }),
    { numRuns: 400 },
  );
});

t.test("the order in which images are listed changes nothing, and what stays would stay again", async (t) => {
  fc.assert(
    fc.property(rules, images, (all, some) => {
      const goes = gone(judge(all, some, NOW));
      t.strictSame(gone(judge(all, [...some].reverse(), NOW)).sort(), [...goes].sort());
      t.equal(judge(all, some, NOW).length, some.length, "every image has a verdict");
    }),
    { numRuns: 100 },
  );
});

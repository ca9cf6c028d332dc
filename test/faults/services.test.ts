import { readdirSync, readFileSync } from "node:fs";
import t from "tap";
import { aRedis } from "../support/redis.ts";
import { aKeptCluster, HALF_ON_SPOT } from "../support/service-loops.ts";
import { until } from "../support/until.ts";

t.setTimeout(600_000);
const server = await aRedis(t);

const IN_A_START = [
  "services.before-replace",
  "services.replaced",
  "services.before-place",
  "services.placed",
  "services.before-tell",
];
const IN_A_ROLL = [...IN_A_START, "services.before-stop", "services.stopped"];

t.test("every failpoint of the keeper is among those at which it dies here", async (t) => {
  const folder = new URL("../../src/ecs/control/", import.meta.url);
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
  const found = sources.flatMap((text) => [...text.matchAll(/failpoints\.hit\("([^"]+)"/g)].map(([, name]) => name));
  t.strictSame([...IN_A_ROLL].sort(), [...new Set(found)].sort());
});

const HALF = { bounds: { minimumHealthyPercent: 50, maximumPercent: 150 } };

t.test("wherever a keeper dies, the next one goes on: nothing is started twice, no bound is broken", async (t) => {
  const deaths = [
    ...IN_A_START.map((place) => ({ place, phase: "start" })),
    ...IN_A_ROLL.map((place) => ({ place, phase: "roll" })),
  ];
  for (const { place, phase } of deaths) {
    const { keep, create, update, steady, running, counts, countAnew, close } = await aKeptCluster(t, server);
    const what = `${place} in a ${phase}`;
    let isMortal = phase === "start";
    const dying = await keep("dying", {
      at: async (failpoint, die) => {
        if (isMortal && failpoint === place) await die();
      },
    });
    const goesOn = async (): Promise<void> => {
      await until(`a keeper to die at ${what}`, async () => dying.hasCrashed(), Boolean);
      await keep("next");
    };
    await create(HALF);
    if (phase === "start") await goesOn();
    await steady();
    countAnew();
    isMortal = true;
    await update("v2");
    if (phase === "roll") await goesOn();
    await steady();
    t.strictSame((await running()).families, ["v2", "v2", "v2", "v2"], what);
    t.ok(counts.most <= 6 && counts.least >= 2, `${what}: ${counts.least} to ${counts.most}`);
    t.equal(counts.started, 8, `${what}: each task was started once`);
    await close();
  }
});

t.test(
  "wherever a keeper of a service on Fargate dies, between two providers too, no task is started twice",
  async (t) => {
    for (const phase of ["start", "roll"] as const)
      for (const [place, nth] of [
        ["services.before-place", 2],
        ["services.placed", 1],
        ["services.placed", 2],
      ] as const) {
        const what = `at the ${nth}. ${place} in a ${phase}`;
        const { keep, create, update, steady, running, providers, counts, close } = await aKeptCluster(t, server, {
          on: HALF_ON_SPOT,
        });
        let isMortal = phase === "start";
        let met = 0;
        const dying = await keep("dying", {
          at: async (failpoint, die) => {
            if (!isMortal || failpoint !== place) return;
            met += 1;
            if (met === nth) await die();
          },
        });
        const goesOn = async (): Promise<void> => {
          await until(`a keeper to die ${what}`, async () => dying.hasCrashed(), Boolean);
          await keep("next");
        };
        await create();
        if (phase === "start") await goesOn();
        await steady();
        isMortal = true;
        await update("v2");
        if (phase === "roll") await goesOn();
        await steady();
        t.strictSame((await running()).families, ["v2", "v2", "v2", "v2"], what);
        t.strictSame(await providers(), { FARGATE: 2, FARGATE_SPOT: 2 }, what);
        t.equal(counts.started, 8, `${what}: each task was started once`);
        await close();
      }
  },
);

t.test("two keepers at once, one of them held up before each step it takes, never exceed the bounds", async (t) => {
  for (const place of ["services.before-replace", "services.before-stop", "services.before-place"]) {
    const { keep, create, update, steady, running, counts, countAnew, close } = await aKeptCluster(t, server);
    const first = await keep("first");
    await create({ bounds: { minimumHealthyPercent: 50, maximumPercent: 150 } });
    await steady();
    await first.quit();
    countAnew();
    const held: (() => void)[] = [];
    const letGo = () => {
      for (const go of held.splice(0)) go();
    };
    await keep("slow", {
      isPushy: true,
      at: async (failpoint) => {
        if (failpoint === place) await new Promise<void>((resolve) => held.push(resolve));
      },
    });
    await update("v2");
    // It is alone, so it comes there.
    await until(
      `one to be held ${place}`,
      async () => held.length,
      (count) => count > 0,
    );
    await keep("quick", { isPushy: true });
    await steady();
    // From now on it takes each step a little later than the other.
    letGo();
    const going = setInterval(letGo, 20);
    await update("v3");
    await steady();
    clearInterval(going);
    letGo();
    t.strictSame((await running()).families, ["v3", "v3", "v3", "v3"], place);
    t.ok(counts.most <= 6 && counts.least >= 2, `${place}: ${counts.least} to ${counts.most}`);
    t.equal(counts.started, 12, `${place}: each task was started once`);
    await close();
  }
});

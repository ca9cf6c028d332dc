import fc from "fast-check";
import t from "tap";
import type { TaskId } from "../../src/fleet/model/ids.ts";
import type { ContainerSpec } from "../../src/fleet/model/task-spec.ts";
import { aFleetWorld, type FleetWorld, type Owner } from "../support/fleet-world.ts";
import { aRedis } from "../support/redis.ts";

const redis = await aRedis(t);

const HOSTS = ["h1", "h2"];

/** Tasks of several kinds; all end by themselves or obey a stop. */
const TASKS: readonly (Partial<ContainerSpec> & { name?: string })[][] = [
  [{ command: ["exit", "0", "1500"] }],
  [{ command: ["exit", "3", "9000"] }],
  [{ command: ["serve"] }],
  [{ command: ["stubborn"] }],
  [
    { name: "init", essential: false, command: ["exit", "0", "2500"] },
    { command: ["serve"], dependsOn: [{ container: "init", condition: "SUCCESS" }] },
  ],
  [
    { name: "db", command: ["serve"] },
    { command: ["exit", "1", "4000"], links: ["db"] },
  ],
  [{ image: "nowhere:1" }],
  [{ command: ["exit", "1", "2500"], restartPolicy: { ignoredExitCodes: [0], attemptPeriodSeconds: 2 } }],
];

/** A world in which a test lets things happen, with what it has to remember of them. */
interface History {
  readonly world: FleetWorld;
  readonly ids: TaskId[];
  owners: Owner[];
  born: number;
}

type Happening = (history: History, which: number) => Promise<void>;

const pick = <Item>(items: readonly Item[], which: number): Item | undefined => items[which % items.length];

const begin = async (history: History, options?: Parameters<FleetWorld["start"]>[1]): Promise<void> => {
  history.born += 1;
  history.owners.push(await history.world.start(`owner-${history.born}`, options));
};

const FAILPOINTS = [
  "launch.before-create",
  "launch.created",
  "launch.before-start",
  "launch.started",
  "restart.before-start",
  "restart.started",
];

const HAPPENINGS = {
  async place({ world, ids }, which) {
    // Where no host takes it, nothing was made: that is no task of this history.
    const id = await world.place(...pick(TASKS, which)!).catch(() => undefined);
    if (id) ids.push(id);
  },
  async stop({ world, ids }, which) {
    const id = pick(ids, which);
    if (id) await world.stop(id);
  },
  pass: ({ world }, which) => world.pass(500 * (1 + (which % 8))),
  passLong: ({ world }, which) => world.pass(1_000 * (1 + (which % 15)), 1_000),
  async cutReach({ world }, which) {
    world.engine(pick(HOSTS, which)).faults.cutReach();
  },
  async restoreReach({ world }, which) {
    world.engine(pick(HOSTS, which)).faults.restoreReach();
  },
  async loseAnswer({ world }, which) {
    world.engine(pick(HOSTS, which)).faults.loseAnswer(pick(["create", "start", "stop", "inspect"] as const, which)!);
  },
  async loseEvents({ world }, which) {
    world.engine(pick(HOSTS, which)).loseEvents();
  },
  async kill(history, which) {
    pick(history.owners, which)?.process.kill();
    await begin(history);
  },
  async killAt(history, which) {
    await begin(history, { failpoint: pick(FAILPOINTS, which)!, passes: which % 3 });
  },
  async pause({ owners }, which) {
    pick(owners, which)?.process.pause();
  },
  async resume({ world, owners }, which) {
    pick(owners, which)?.process.resume();
    await world.quiet();
  },
  async close(history, which) {
    const owner = pick(history.owners, which);
    if (!owner || owner.process.isStanding()) return;
    history.owners = history.owners.filter((other) => other !== owner);
    await owner.close();
    await begin(history);
  },
} satisfies Record<string, Happening>;

const anyHappening = fc.record({
  what: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("place" as const, "pass" as const) },
    { weight: 2, arbitrary: fc.constantFrom("stop" as const, "kill" as const, "restoreReach" as const) },
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(HAPPENINGS) as (keyof typeof HAPPENINGS)[])) },
  ),
  which: fc.nat(40),
});

/** Everything is as it should be again, and whoever stood still goes on. */
const heal = async (history: History): Promise<void> => {
  const { world, owners } = history;
  for (const name of HOSTS) {
    world.engine(name).faults.restoreReach();
    world.engine(name).tellAgain();
  }
  for (const { process } of owners) process.resume();
  await begin(history);
  await world.pass(12_000, 1_000);
};

const broken = async ({ world, ids }: History): Promise<string | undefined> => {
  const starts = new Map(world.allStarts());
  for (const id of ids) {
    const { observed } = await world.task(id);
    for (const { name, restartCount } of observed.containers) {
      const count = starts.get(`${id}/${name}`) ?? 0;
      if (count > 1 + restartCount) return `${id}/${name} was started ${count} times, restarted ${restartCount} times`;
    }
    if (observed.status !== "STOPPED") return `task ${id} stays ${JSON.stringify(observed)}`;
  }
  const left = HOSTS.flatMap((name) =>
    world
      .engine(name)
      .containers()
      .map(({ plan, state }) => [plan.name, state]),
  );
  if (left.length > 0) return `containers are left: ${JSON.stringify(left)}`;
  const differences = await world.ledgerDifferences();
  return differences.length > 0 ? `the ledger drifted: ${JSON.stringify(differences)}` : undefined;
};

t.test(
  "whatever happens to engines and control planes, every task ends once all heals, no program ran more often than is on record, and no account drifted",
  async (t) => {
    let placed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyHappening, { minLength: 8, maxLength: 30 }), async (happenings) => {
        const world = await aFleetWorld(t, redis, { hosts: HOSTS });
        const history: History = { world, ids: [], owners: [], born: 0 };
        await begin(history);
        for (const { what, which } of happenings) await HAPPENINGS[what](history, which);
        await heal(history);
        for (const id of history.ids) await world.stop(id);
        // A sweep finds what an event did not tell; then containers stay a while.
        await world.pass(60_000, 2_000);
        placed += history.ids.length;
        const why = await broken(history);
        await world.end();
        if (why) throw new Error(why);
      }),
      { numRuns: Number(process.env.BERTH_TEST_HISTORIES ?? 12), endOnFailure: true },
    );
    t.ok(placed > 0, `${placed} tasks were placed`);
  },
);

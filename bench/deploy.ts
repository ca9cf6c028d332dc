/**
 * What a roll of ten tasks takes, from UpdateService until its deployment is COMPLETED, against the sum of the ten container starts it needs,
 * each created and started by a raw dockerode loop on the same engine, in turns.
 *
 *   npm run bench -- deploy            rounds may be given: npm run bench -- deploy --rounds 5
 */
import { parseArgs } from "node:util";
import { THREE_HOSTS } from "../test/support/berth.ts";
import { script } from "../test/support/tasks.ts";
import { until } from "../test/support/until.ts";
import { type BerthSide, withBerth } from "./launch/berth-side.ts";
import { spreadLine, spreadOf } from "./launch/figures.ts";
import { bodyLike, startRaw } from "./launch/raw.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const ROUNDS = Number(values.rounds);
const TASKS = 10;
/** Nothing is waited for but the starts: a task counts as healthy once it runs, and ends as soon as it is asked to. */
const CONFIG = `${THREE_HOSTS}services: { healthyAfterSeconds: 0 }\n`;
const CONTAINER = script("trap 'exit 0' TERM; sleep 3600 & wait", { stopTimeout: 2 });

const define = async ({ berth }: BerthSide): Promise<string> => {
  const { taskDefinition } = await berth.ecs.registerTaskDefinition({
    family: "web",
    containerDefinitions: [CONTAINER],
  });
  return taskDefinition!.taskDefinitionArn!;
};

const completed = ({ berth }: BerthSide, definition: string) =>
  until(
    "the roll to be completed",
    async () => (await berth.ecs.describeServices({ services: ["web"] })).services?.[0],
    (service) =>
      service?.deployments?.length === 1 &&
      service.deployments[0]?.taskDefinition === definition &&
      service.deployments[0].rolloutState === "COMPLETED",
    { patienceMs: 300_000 },
  );

/** Milliseconds that `act` takes. */
const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await act();
  return performance.now() - from;
};

const roll = async (side: BerthSide): Promise<number> => {
  const definition = await define(side);
  return timed(async () => {
    await side.berth.ecs.updateService({ service: "web", taskDefinition: definition });
    await completed(side, definition);
  });
};

/** The sum of as many creates and starts, one after the other. They are removed outside the time. */
const rawStarts = async (side: BerthSide, body: Awaited<ReturnType<typeof bodyLike>>): Promise<number> => {
  let sum = 0;
  for (let started = 0; started < TASKS; started++) {
    const from = performance.now();
    const { container, at } = await startRaw(side.berth.engine.docker, body);
    sum += at - from;
    await container.remove({ force: true, v: true });
  }
  return sum;
};

await withBerth(async (side) => {
  const first = await define(side);
  await side.berth.ecs.createService({ serviceName: "web", taskDefinition: first, desiredCount: TASKS });
  await completed(side, first);
  const [made] = await side.berth.engine.containers();
  const body = await bodyLike(side.berth.engine.docker, made!.Id);
  const [rolls, raw]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    rolls.push(await roll(side));
    raw.push(await rawStarts(side, body));
  }
  console.log(`A roll of ${TASKS} tasks within 100 and 200 percent, ${ROUNDS} rounds in turns`);
  console.log(spreadLine("Berth, to COMPLETED", rolls, "ms", 0));
  console.log(spreadLine(`raw, ${TASKS} starts in turn`, raw, "ms", 0));
  console.log(
    spreadLine(
      "ratio, round by round",
      rolls.map((ms, round) => ms / raw[round]!),
      "",
      3,
    ),
  );
  console.log(`  ratio of the medians: ${(spreadOf(rolls).median / spreadOf(raw).median).toFixed(3)}`);
}, CONFIG);

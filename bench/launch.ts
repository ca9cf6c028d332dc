/**
 * What Berth costs over a raw dockerode loop that leads the same containers through the same life, on the same engine, in turns:
 * tasks a second under load, RunTask to RUNNING when idle, and the control plane's CPU for each task.
 *
 *   npm run bench                      rounds and samples may be given: npm run bench -- --rounds 5 --pairs 20
 */
import { parseArgs } from "node:util";
import { type BerthSide, withBerth } from "./launch/berth-side.ts";
import { spreadLine, spreadOf, verdict } from "./launch/figures.ts";
import { bodyLike, finishRaw, type RawBody, runRaw, startRaw } from "./launch/raw.ts";
import { type Flow, flow } from "./launch/under-load.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    pairs: { type: "string", default: "12" },
    "at-once": { type: "string", default: "4" },
  },
});
const ROUNDS = Number(values.rounds);
const PAIRS = Number(values.pairs);
const AT_ONCE = Number(values["at-once"]);

/** Berth removes containers ten seconds after their end: from then on a round does all that belongs to a task. */
const BERTH_TIMES = { atOnce: AT_ONCE, warmMs: 12_000, countMs: 15_000 };
const RAW_TIMES = { atOnce: AT_ONCE, warmMs: 2_000, countMs: 15_000 };
/** So many pairs fit between a container's end and its removal. */
const PAIRS_AT_A_TIME = 2;

const nothing = async () => 0;

/** The body of the raw loop's containers, from one that Berth made. */
const bodyOf = async (side: BerthSide, family: string): Promise<RawBody> => {
  await side.run(family);
  const [made] = await side.berth.engine.containers();
  const body = await bodyLike(side.berth.engine.docker, made!.Id);
  await side.removed();
  return body;
};

const throughput = async (side: BerthSide): Promise<void> => {
  const { docker } = side.berth.engine;
  const family = await side.define("echo done");
  const body = await bodyOf(side, family);
  const berth: Flow[] = [];
  const raw: Flow[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    berth.push(await flow(() => side.run(family), side.cpuSeconds, BERTH_TIMES));
    await side.removed();
    raw.push(await flow(() => runRaw(docker, body), nothing, RAW_TIMES));
    console.error(
      `round ${round}: Berth ${berth.at(-1)!.perSecond.toFixed(2)}/s, raw ${raw.at(-1)!.perSecond.toFixed(2)}/s`,
    );
  }
  const rates = (flows: readonly Flow[]) => flows.map(({ perSecond }) => perSecond);
  const ratios = berth.map(({ perSecond }, round) => perSecond / raw[round]!.perSecond);
  const cpu = berth.map(({ gaugePerRun }) => gaugePerRun * 1000);
  console.log(`Tasks a second, ${AT_ONCE} at once, ${ROUNDS} rounds in turns`);
  console.log(spreadLine("Berth, RunTask to STOPPED", rates(berth), "tasks/s", 2));
  console.log(spreadLine("raw dockerode", rates(raw), "tasks/s", 2));
  console.log(spreadLine("ratio, round by round", ratios, "", 3));
  console.log(
    `  ratio of the medians: ${verdict(spreadOf(rates(berth)).median / spreadOf(rates(raw)).median, { least: 0.95 })}`,
  );
  console.log("Control-plane CPU for each task, while they ran");
  console.log(spreadLine("Berth", cpu, "ms", 1));
  console.log(`  median: ${verdict(spreadOf(cpu).median, { most: 20 })}`);
};

const latency = async (side: BerthSide): Promise<void> => {
  const { docker } = side.berth.engine;
  const family = await side.define("sleep 0.4");
  const body = await bodyOf(side, family);
  const berth: number[] = [];
  const raw: number[] = [];
  while (raw.length < PAIRS) {
    for (let pair = 0; pair < PAIRS_AT_A_TIME; pair++) {
      berth.push(await side.latency(family));
      const asked = performance.now();
      const { container, at } = await startRaw(docker, body);
      raw.push(at - asked);
      await finishRaw(docker, container);
    }
    await side.removed();
  }
  console.log(`RunTask to RUNNING when idle, ${raw.length} pairs`);
  console.log(spreadLine("Berth", berth, "ms", 0));
  console.log(spreadLine("raw create and start", raw, "ms", 0));
  console.log(
    spreadLine(
      "ratio, pair by pair",
      berth.map((ms, pair) => ms / raw[pair]!),
      "",
      3,
    ),
  );
  console.log(`  ratio of the medians: ${verdict(spreadOf(berth).median / spreadOf(raw).median, { most: 1.15 })}`);
};

const idle = async (side: BerthSide): Promise<void> => {
  const seconds = 10;
  const before = await side.cpuSeconds();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const perSecond = ((await side.cpuSeconds()) - before) / seconds;
  console.log(`Control-plane CPU when idle: ${(perSecond * 1000).toFixed(1)} ms a second`);
};

await withBerth(async (side) => {
  await idle(side);
  if (PAIRS > 0) await latency(side);
  if (ROUNDS > 0) await throughput(side);
});

import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { JobId } from "../../src/batch/model/ids.ts";
import { aJob } from "../../test/contract/batch-fixtures.ts";
import { spreadLine, spreadOf, verdict } from "../launch/figures.ts";
import { aBenchBatch, aBenchRedis, type Owner } from "./side.ts";

const AT_ONCE = 100;
/** Berth's host holds more than a worker takes at once: between placing and judging an end lie more steps than one answer of Redis. */
const ROOM = 1_000;
const SUBMITTED_AT_ONCE = 500;

type BenchRedis = Awaited<ReturnType<typeof aBenchRedis>>;

interface Cost {
  /** Jobs a second. */
  readonly rate: number;
  /** CPU of this process and of Redis, in microseconds a job. */
  readonly cpu: number;
  /** Commands of Redis a job, by name. */
  readonly commands: ReadonlyMap<string, number>;
}

/** What so many jobs cost, while `work` takes them through. */
const costOf = async (redis: BenchRedis, jobs: number, work: () => Promise<unknown>): Promise<Cost> => {
  const [before, cpuBefore, began] = [await redis.commands(), await redis.cpuSeconds(), performance.now()];
  await work();
  const seconds = (performance.now() - began) / 1000;
  const cpu = ((await redis.cpuSeconds()) - cpuBefore) * 1e6;
  const after = [...(await redis.commands())];
  const commands = new Map(after.map(([name, calls]) => [name, (calls - (before.get(name) ?? 0)) / jobs]));
  return { rate: jobs / seconds, cpu: cpu / jobs, commands };
};

const commandsOf = ({ commands }: Cost): number => [...commands.values()].reduce((sum, calls) => sum + calls, 0);

/** Those of which a job takes a tenth or more, most first. */
const commandsLine = ({ commands }: Cost): string =>
  [...commands]
    .filter(([, calls]) => calls >= 0.1)
    .sort(([, a], [, b]) => b - a)
    .map(([name, calls]) => `${name} ${calls.toFixed(1)}`)
    .join(" ");

/** Berth's: submitted before, then through all states. */
const berth = async (redis: BenchRedis, jobs: number): Promise<Cost> => {
  const batch = await aBenchBatch(redis.store, ROOM);
  for (let from = 0; from < jobs; from += SUBMITTED_AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(SUBMITTED_AT_ONCE, jobs - from) }, (_, i) =>
        batch.jobs.submit(
          aJob("no-op", { id: `00000000-0000-4000-8000-${String(from + i).padStart(12, "0")}` as JobId }),
        ),
      ),
    );
  let loops: Awaited<ReturnType<typeof batch.start>> | undefined;
  const cost = await costOf(redis, jobs, async () => {
    loops = await batch.start();
    await batch.ended(jobs);
  });
  await loops?.quit();
  return cost;
};

/** A raw worker's: the same number of jobs that do nothing, added before. */
const raw = async (redis: BenchRedis, jobs: number): Promise<Cost> => {
  const { socket } = redis;
  const connection = new Redis({ path: socket, maxRetriesPerRequest: null });
  await connection.flushall();
  const queue = new Queue("raw", { connection });
  for (let from = 0; from < jobs; from += SUBMITTED_AT_ONCE)
    await queue.addBulk(
      Array.from({ length: SUBMITTED_AT_ONCE }, (_, i) => ({ name: "no-op", data: { i: from + i } })),
    );
  let done = 0;
  let finish = (): void => {};
  const all = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const working = new Redis({ path: socket, maxRetriesPerRequest: null });
  let worker: Worker | undefined;
  const cost = await costOf(redis, jobs, async () => {
    worker = new Worker("raw", async () => {}, { connection: working, concurrency: AT_ONCE });
    worker.on("completed", () => {
      done += 1;
      if (done === jobs) finish();
    });
    await all;
  });
  await worker?.close();
  await queue.close();
  for (const one of [connection, working]) one.disconnect();
  return cost;
};

/** No-op jobs through all states, against a raw worker's rate, in turns. */
export const drain = async (owner: Owner, { rounds, jobs }: { rounds: number; jobs: number }): Promise<void> => {
  const redis = await aBenchRedis(owner);
  const [ours, theirs]: [Cost[], Cost[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await berth(redis, jobs));
    theirs.push(await raw(redis, jobs));
    console.error(
      `round ${round + 1}: Berth ${ours.at(-1)!.rate.toFixed(0)}/s, raw ${theirs.at(-1)!.rate.toFixed(0)}/s`,
    );
  }
  console.log(
    `${jobs} no-op jobs through all states; raw ${AT_ONCE} at once, Berth on a host of ${ROOM}; ${rounds} rounds in turns`,
  );
  for (const [name, costs] of [
    ["Berth", ours],
    ["raw BullMQ worker", theirs],
  ] as const) {
    const of = (figure: (cost: Cost) => number) => costs.map(figure);
    console.log(
      spreadLine(
        name,
        of(({ rate }) => rate),
        "jobs/s",
        0,
      ),
    );
    console.log(
      spreadLine(
        "",
        of(({ cpu }) => cpu),
        "µs of CPU a job",
        0,
      ),
    );
    console.log(spreadLine("", of(commandsOf), "commands of Redis a job", 1));
    console.log(`    ${commandsLine(costs.at(-1)!)}`);
  }
  const ratio = spreadOf(ours.map(({ rate }, i) => rate / theirs[i]!.rate)).median;
  console.log(`  ratio, median of the rounds: ${verdict(ratio, { least: 0.5 })}`);
};

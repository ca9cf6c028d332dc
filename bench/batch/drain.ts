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

/** Berth's: submitted before, then through all states; jobs a second. */
const berth = async (redis: Awaited<ReturnType<typeof aBenchRedis>>, jobs: number): Promise<number> => {
  const batch = await aBenchBatch(redis.store, ROOM);
  for (let from = 0; from < jobs; from += SUBMITTED_AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(SUBMITTED_AT_ONCE, jobs - from) }, (_, i) =>
        batch.jobs.submit(
          aJob("no-op", { id: `00000000-0000-4000-8000-${String(from + i).padStart(12, "0")}` as JobId }),
        ),
      ),
    );
  const began = performance.now();
  const loops = await batch.start();
  await batch.ended(jobs);
  const seconds = (performance.now() - began) / 1000;
  await loops.quit();
  return jobs / seconds;
};

/** A raw worker's: the same number of jobs that do nothing, added before. */
const raw = async (socket: string, jobs: number): Promise<number> => {
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
  const began = performance.now();
  const working = new Redis({ path: socket, maxRetriesPerRequest: null });
  const worker = new Worker("raw", async () => {}, { connection: working, concurrency: AT_ONCE });
  worker.on("completed", () => {
    done += 1;
    if (done === jobs) finish();
  });
  await all;
  const seconds = (performance.now() - began) / 1000;
  await worker.close();
  await queue.close();
  for (const one of [connection, working]) one.disconnect();
  return jobs / seconds;
};

/** No-op jobs through all states, against a raw worker's rate, in turns. */
export const drain = async (owner: Owner, { rounds, jobs }: { rounds: number; jobs: number }): Promise<void> => {
  const redis = await aBenchRedis(owner);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await berth(redis, jobs));
    theirs.push(await raw(redis.socket, jobs));
    console.error(`round ${round + 1}: Berth ${ours.at(-1)!.toFixed(0)}/s, raw ${theirs.at(-1)!.toFixed(0)}/s`);
  }
  console.log(
    `${jobs} no-op jobs through all states; raw ${AT_ONCE} at once, Berth on a host of ${ROOM}; ${rounds} rounds in turns`,
  );
  console.log(spreadLine("Berth", ours, "jobs/s", 0));
  console.log(spreadLine("raw BullMQ worker", theirs, "jobs/s", 0));
  const ratio = spreadOf(ours.map((rate, i) => rate / theirs[i]!)).median;
  console.log(`  ratio, median of the rounds: ${verdict(ratio, { least: 0.5 })}`);
};

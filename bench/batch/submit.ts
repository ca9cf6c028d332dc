import { Queue } from "bullmq";
import { Redis } from "ioredis";
import type { JobId } from "../../src/batch/model/ids.ts";
import { aJob } from "../../test/contract/batch-fixtures.ts";
import { spreadLine, spreadOf, verdict } from "../launch/figures.ts";
import { aBenchBatch, aBenchRedis, type Owner } from "./side.ts";

const CHILDREN = 10_000;

type BenchRedis = Awaited<ReturnType<typeof aBenchRedis>>;

/** CPU seconds, of this process and Redis, that some work costs. */
const cpuOf = async (redis: BenchRedis, work: () => Promise<unknown>): Promise<number> => {
  const before = await redis.cpuSeconds();
  await work();
  return (await redis.cpuSeconds()) - before;
};

/** An array of 10,000 children, against a raw addBulk of 10,000 jobs: CPU, in turns. */
export const submit = async (owner: Owner, { rounds }: { rounds: number }): Promise<void> => {
  const redis = await aBenchRedis(owner);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const batch = await aBenchBatch(redis.store, 1);
    ours.push(
      await cpuOf(redis, () => batch.jobs.submit(aJob("array", { id: "array" as JobId, arraySize: CHILDREN }))),
    );
    const connection = new Redis({ path: redis.socket, maxRetriesPerRequest: null });
    await connection.flushall();
    const queue = new Queue("raw", { connection });
    await queue.waitUntilReady();
    const bulk = Array.from({ length: CHILDREN }, (_, i) => ({ name: "no-op", data: { i } }));
    theirs.push(await cpuOf(redis, () => queue.addBulk(bulk)));
    await queue.close();
    connection.disconnect();
  }
  const inMs = (some: readonly number[]) => some.map((seconds) => seconds * 1000);
  console.log(`An array of ${CHILDREN} submitted, CPU of this process and Redis, ${rounds} rounds in turns`);
  console.log(spreadLine("Berth", inMs(ours), "ms", 1));
  console.log(spreadLine("raw addBulk", inMs(theirs), "ms", 1));
  const ratio = spreadOf(ours.map((cpu, i) => cpu / theirs[i]!)).median;
  console.log(`  ratio, median of the rounds: ${verdict(ratio, { most: 0.25 })}`);
};

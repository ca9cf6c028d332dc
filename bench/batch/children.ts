import type { JobId } from "../../src/batch/model/ids.ts";
import { aJob } from "../../test/contract/batch-fixtures.ts";
import { verdict } from "../launch/figures.ts";
import { aBenchBatch, aBenchRedis, type Owner } from "./side.ts";

const SIZE = 10_000;
const AT_ONCE = 100;
const TENTHS = 10;

/** Children that wait: how much each takes of Redis, and whether the last tenth of them goes as fast as the first. */
export const children = async (owner: Owner, options: { children: number }): Promise<void> => {
  const redis = await aBenchRedis(owner);
  const batch = await aBenchBatch(redis.store, AT_ONCE);
  const arrays = Math.ceil(options.children / SIZE);
  const count = arrays * SIZE;
  const before = await redis.usedMemory();
  for (let i = 0; i < arrays; i += 1)
    await batch.jobs.submit(aJob("array", { id: `array-${i}` as JobId, arraySize: SIZE }));
  const bytes = ((await redis.usedMemory()) - before) / count;
  console.log(`${count} children pending`);
  console.log(`  bytes of Redis each: ${verdict(bytes, { most: 200 })}`);

  const loops = await batch.start();
  const rates: number[] = [];
  for (let tenth = 1; tenth <= TENTHS; tenth += 1) {
    const began = performance.now();
    await batch.ended(Math.floor((count * tenth) / TENTHS));
    rates.push(((count / TENTHS) * 1000) / (performance.now() - began));
    console.error(`tenth ${tenth}: ${rates.at(-1)!.toFixed(0)}/s`);
  }
  await loops.quit();
  console.log(`  children/s by tenth: ${rates.map((rate) => rate.toFixed(0)).join(" ")}`);
  console.log(`  last tenth to first: ${verdict(rates.at(-1)! / rates[0]!, { least: 0.9 })}`);
};

import { dutyStore } from "../adapters/redis/duties.ts";
import { jobMoves } from "../adapters/redis/job-moves.ts";
import type { BatchLoopDeps } from "../batch/index.ts";
import type { Config } from "../config.ts";
import type { Fleet } from "../fleet/index.ts";
import type { fleetParts } from "./fleet-parts.ts";
import type { openStores } from "./store-parts.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** What Batch's loops use in production. */
export const batchParts = (
  { batch }: Config,
  stores: Awaited<ReturnType<typeof openStores>>,
  { clock, timers, log, failpoints, owner }: ReturnType<typeof fleetParts>,
  fleet: Fleet,
): BatchLoopDeps => ({
  ...stores,
  clock,
  timers,
  log,
  failpoints,
  owner,
  fleet,
  jobMoves: jobMoves(stores.store),
  duties: dutyStore(stores.store),
  timerQueue: stores.queues("batch-timers"),
  times: {
    dutyMs: 4_000,
    renewMs: 1_000,
    sweepMs: 10_000,
    retryDelayMs: batch.retryBackoffSeconds * 1_000,
    keepJobsMs: batch.keepJobsDays * DAY_MS,
  },
});

import { dutyStore } from "../adapters/redis/duties.ts";
import type { Config } from "../config.ts";
import type { ServiceLoopDeps } from "../ecs/index.ts";
import type { Fleet } from "../fleet/index.ts";
import type { fleetParts } from "./fleet-parts.ts";
import type { openStores } from "./store-parts.ts";

/** What ECS's loops use in production. */
export const ecsParts = (
  { services, allow, taskRecordSeconds }: Config,
  stores: Awaited<ReturnType<typeof openStores>>,
  { clock, timers, log, failpoints, owner }: ReturnType<typeof fleetParts>,
  fleet: Fleet,
): ServiceLoopDeps => ({
  ...stores,
  clock,
  timers,
  log,
  failpoints,
  owner,
  fleet,
  duties: dutyStore(stores.store),
  limits: allow,
  settings: services,
  times: { dutyMs: 4_000, renewMs: 1_000, sweepMs: 10_000, keepInactiveMs: taskRecordSeconds * 1_000 },
});

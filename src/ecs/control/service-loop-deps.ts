import type { Fleet } from "../../fleet/index.ts";
import type { ChangeListeners } from "../../kernel/change-feed.ts";
import type { Failpoints } from "../../kernel/failpoints.ts";
import type { DutyDeps } from "../../kernel/on-duty.ts";
import type { EcsLimits } from "../model/limits.ts";
import type { ServiceSettings } from "../model/service/decision.ts";
import type { EcsStores } from "../ports.ts";

/** Times of the service keeper, in milliseconds. */
export interface ServiceTimes {
  /** How long the duty lasts without renewal: a dead control plane's services are taken over within this. */
  readonly dutyMs: number;
  readonly renewMs: number;
  /** How often every service is looked at again, whatever the feed said. */
  readonly sweepMs: number;
  /** How long a deleted service stays describable. */
  readonly keepInactiveMs: number;
}

/** All that the service keeper needs of the outside. */
export interface ServiceLoopDeps
  extends Pick<EcsStores, "clusters" | "services" | "taskDefinitions" | "capacityProviders">,
    Omit<DutyDeps, "times"> {
  readonly fleet: Fleet;
  readonly listeners: ChangeListeners;
  readonly failpoints: Failpoints;
  readonly limits: EcsLimits;
  readonly settings: ServiceSettings;
  readonly times: ServiceTimes;
}

import { boundsOf } from "./bounds.ts";
import type { ServiceDecision, ServiceHost, ServiceSettings, ServiceTask } from "./decision.ts";
import { primaryOf } from "./deployments.ts";
import { isWanted } from "./health.ts";
import type { ServiceRecord } from "./records.ts";

/** What a service asks for now: see ServiceDecision. Deciding again after a crash asks for the same, or for what is left of it. */
export const decideService = (
  service: ServiceRecord,
  tasks: readonly ServiceTask[],
  _hosts: readonly ServiceHost[],
  _settings: ServiceSettings,
  _now: number,
): ServiceDecision => {
  const primary = primaryOf(service);
  const wanted = tasks.filter(isWanted);
  const missing = Math.min(
    service.desiredCount - wanted.filter(({ deployment }) => deployment === primary?.id).length,
    boundsOf(service.desiredCount, service.bounds).upper - wanted.length,
  );
  return { service, starts: primary && missing > 0 ? [{ deployment: primary.id, count: missing }] : [], stops: [] };
};

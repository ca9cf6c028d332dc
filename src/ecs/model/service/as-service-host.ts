import { type HostView, matchesQuery, type PlacementRequest, parseQuery, zoneOf } from "../../../fleet/index.ts";
import type { ServiceHost } from "./decision.ts";

/** What a host must be like for a task of a service; what it must have free is another matter. */
export type HostDemands = Pick<PlacementRequest, "constraints" | "requiredAttributes" | "zones">;

const fits = (host: HostView, { constraints, requiredAttributes = [], zones }: HostDemands): boolean =>
  constraints.every((constraint) => {
    if (constraint.type === "distinctInstance") return true;
    const parsed = parseQuery(constraint.expression);
    return parsed.ok && matchesQuery(parsed.query, host);
  }) &&
  requiredAttributes.every(({ name, value }) => {
    const found = Object.hasOwn(host.attributes, name) ? host.attributes[name] : undefined;
    return found !== undefined && (value === undefined || found === value);
  }) &&
  (zones === undefined || zones.includes(zoneOf(host)));

/** A host as a decision about a service sees it. Where it is not known what the service demands, none fits. */
export const asServiceHost = (host: HostView, demands: HostDemands | undefined): ServiceHost => ({
  id: host.id,
  instanceId: host.instanceId,
  state: host.state,
  isConnected: host.health === "CONNECTED",
  zone: zoneOf(host),
  fits: demands !== undefined && fits(host, demands),
});

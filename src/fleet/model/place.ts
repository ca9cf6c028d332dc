import { type ClusterView, withTask, zoneOf } from "./cluster-view.ts";
import { type Candidate, lacksOf, type Need } from "./filters.ts";
import type { HostView } from "./host.ts";
import type { HostId } from "./ids.ts";
import type { HostVerdict, PlacementExplanation, PlacementPlan, PlacementRequest } from "./placement.ts";
import { claimPorts, type EngineMates, engineMates, portsInTheWay } from "./port-space.ts";
import { portsAskedTwice, portWants } from "./port-wants.ts";
import type { PortClaim } from "./ports.ts";
import { parseQuery } from "./query/parse.ts";
import { rankHosts } from "./rank.ts";
import { freeTaskAddress } from "./subnet.ts";
import type { TaskNetwork } from "./task.ts";
import { lanOn } from "./task-network.ts";

interface Planner {
  readonly request: PlacementRequest;
  readonly need: Need;
  readonly random: () => number;
}

type Placed = PlacementPlan["placed"][number];

/** One task's outcome, and the view the next one meets. */
type Step =
  | { readonly placed: Placed; readonly view: ClusterView }
  | { readonly refused: PlacementExplanation; readonly view: ClusterView };

const needOf = ({ spec, group, constraints, requiredAttributes, zones }: PlacementRequest): Need => {
  const wants = portWants(spec);
  return {
    reserve: spec.reserve,
    wants,
    askedTwice: portsAskedTwice(wants),
    address: spec.networkMode === "awsvpc",
    zones,
    group,
    attributes: requiredAttributes ?? [],
    distinctInstance: constraints.some(({ type }) => type === "distinctInstance"),
    memberOf: constraints.flatMap((constraint) =>
      constraint.type === "memberOf"
        ? [{ expression: constraint.expression, parsed: parseQuery(constraint.expression) }]
        : [],
    ),
  };
};

const NO_MATES: EngineMates = new Map();

const candidatesOf = (
  hosts: readonly HostView[],
  view: ClusterView,
  { need: { wants, address }, request }: Planner,
): Candidate[] => {
  // A task's claims are all of one space: its network mode decides.
  const space = wants[0]?.space;
  const mates = hosts.length > 0 && space !== undefined ? engineMates(view) : NO_MATES;
  return hosts.map((host) => ({
    host,
    held: space === undefined ? [] : portsInTheWay(host, space, mates, view.enginePorts),
    lan: address ? lanOn(host, request.cluster, view.neighbours) : undefined,
    addresses: view.engineAddresses[host.engineId] ?? {},
  }));
};

const anyOf = (zones: readonly string[], random: () => number): string =>
  zones[Math.floor(random() * zones.length)] ?? "";

const networkOn = ({ host, lan, addresses }: Candidate, { request, random }: Planner): TaskNetwork | undefined =>
  lan
    ? {
        ...lan,
        address: freeTaskAddress(lan.subnet, addresses, random),
        zone: zoneOf(host) || anyOf(request.zones ?? [], random),
      }
    : undefined;

const chargedWith = (
  { request, need }: Planner,
  view: ClusterView,
  host: HostView,
  claims: PortClaim[],
  address: string | undefined,
): ClusterView =>
  withTask(view, host, {
    reserve: need.reserve,
    group: request.group,
    claims,
    address,
    holder: "another task of the same request",
  });

/** Places one task on the best of the hosts considered. */
const placeOne = (planner: Planner, view: ClusterView, considered: readonly HostView[]): Step => {
  const { request, need, random } = planner;
  const judged = candidatesOf(considered, view, planner).map((candidate) => ({
    candidate,
    lacks: lacksOf(candidate, need),
  }));
  const fitting = judged.filter(({ lacks }) => lacks.length === 0).map(({ candidate }) => candidate);
  const ranked = rankHosts(
    fitting.map(({ host }) => host),
    request.onHosts ? [] : request.strategies,
    { group: request.group, reserve: need.reserve, hosts: view.hosts, random },
  );
  const hosts: HostVerdict[] = [
    ...ranked.map(({ host, scores }, index) => ({
      host: host.id,
      lacks: [],
      rank: index + 1,
      scores: request.onHosts ? ["named by the caller"] : scores.map(({ text }) => text),
    })),
    ...judged
      .filter(({ lacks }) => lacks.length > 0)
      .map(({ candidate, lacks }) => ({ host: candidate.host.id, lacks, scores: [] })),
  ];
  const best = ranked[0]?.host.id;
  const chosen = fitting.find(({ host }) => host.id === best);
  if (!chosen) return { refused: { hosts }, view };
  const { id } = chosen.host;
  const ports = claimPorts(need.wants, chosen.held, random);
  const network = networkOn(chosen, planner);
  return {
    placed: { host: id, ports, ...(network && { network }), explanation: { chosen: id, hosts } },
    view: chargedWith(planner, view, chosen.host, ports, network?.address),
  };
};

const unknownHost = (host: HostId): PlacementExplanation => ({
  hosts: [{ host, lacks: [{ reason: "INACTIVE", detail: "is not registered in this cluster" }], scores: [] }],
});

/** The hosts each task of a request may go to: the one it is named for, or any. */
const placeInTurn = (planner: Planner, view: ClusterView): Step[] => {
  const { onHosts, count } = planner.request;
  const turns: (HostId | undefined)[] = onHosts ? [...onHosts] : Array.from({ length: count }, () => undefined);
  const steps: Step[] = [];
  for (const named of turns) {
    const now = steps.at(-1)?.view ?? view;
    const before = steps.at(-1);
    const considered = named === undefined ? now.hosts : now.hosts.filter(({ id }) => id === named);
    if (named !== undefined && considered.length === 0) steps.push({ refused: unknownHost(named), view: now });
    // The tasks are equal: where one found no host, the next finds none either.
    else if (named === undefined && before && "refused" in before) steps.push(before);
    else steps.push(placeOne(planner, now, considered));
  }
  return steps;
};

/**
 * Plans where the tasks of a request go: filters by state, CPU, memory and ports, then by constraints (binding), ranks the
 * rest by the strategies in their order (best effort), and takes the best; each task sees those placed before it. A function of its
 * arguments: the same view and the same random numbers give the same plan. Expressions that do not parse refuse every host:
 * callers check them first with `parseQuery`.
 */
export const place = (request: PlacementRequest, view: ClusterView, random: () => number): PlacementPlan => {
  const steps = placeInTurn({ request, need: needOf(request), random }, view);
  return {
    placed: steps.flatMap((step) => ("placed" in step ? [step.placed] : [])),
    refused: steps.flatMap((step) => ("refused" in step ? [step.refused] : [])),
  };
};

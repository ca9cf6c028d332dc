import type { HostId } from "./ids.ts";
import type { HostVerdict, Lack, PlacementExplanation } from "./placement.ts";

/** Why one host did not take a task, as ECS's `failures` say it. */
export interface PlacementFailure {
  readonly host: HostId;
  /** ECS's own word or sentence. */
  readonly reason: string;
  /** Ours, with the figures. */
  readonly detail: string;
}

/** ECS's words for the lacks that it says in a sentence; the others are their own word. */
const REASONS: Readonly<Partial<Record<Lack["reason"], string>>> = {
  DISTINCT_INSTANCE: "DistinctInstance placement constraint unsatisfied.",
  MEMBER_OF: "MemberOf placement constraint unsatisfied.",
};

const neverHolds = ({ lacks }: HostVerdict): boolean => lacks.some(({ never }) => never === true);

/** What tells most: a lack that no waiting mends, else the first. */
const mainLack = ({ lacks }: HostVerdict): Lack | undefined => lacks.find(({ never }) => never) ?? lacks[0];

const detailOf = (verdict: HostVerdict): string => {
  const lacks = verdict.lacks.map(({ detail }) => detail).join("; ");
  return `${verdict.host} ${neverHolds(verdict) ? "could never hold this task" : "has no place for this task now"}: ${lacks}`;
};

/**
 * One failure for each host considered, as ECS answers: the reason is the main lack's, the detail tells all of them.
 * Empty for a task that was placed.
 */
export const failuresOf = ({ chosen, hosts }: PlacementExplanation): PlacementFailure[] =>
  chosen !== undefined
    ? []
    : hosts.flatMap((verdict) => {
        const reason = mainLack(verdict)?.reason;
        return reason === undefined
          ? []
          : [{ host: verdict.host, reason: REASONS[reason] ?? reason, detail: detailOf(verdict) }];
      });

/** Whether no host of the cluster could ever hold the task, however empty: waiting would be in vain. */
export const isHopeless = ({ chosen, hosts }: PlacementExplanation): boolean =>
  chosen === undefined && hosts.length > 0 && hosts.every(neverHolds);

const LACK_WORDS: Readonly<Record<Lack["reason"], string>> = {
  "RESOURCE:CPU": "too little CPU",
  "RESOURCE:MEMORY": "too little memory",
  "RESOURCE:PORTS": "ports taken",
  "RESOURCE:ENI": "no free address",
  ATTRIBUTE: "a missing attribute",
  AGENT: "no connection to the engine",
  INACTIVE: "no new tasks",
  DISTINCT_INSTANCE: "a task of the same group",
  MEMBER_OF: "no match with memberOf",
};

const hasOf = ({ never, free, declared }: Lack): number => (never ? declared : free) ?? -1;

/** The lack of the host that comes nearest: the most of what is short. */
const nearest = (lacks: readonly Lack[]): Lack | undefined => [...lacks].sort((a, b) => hasOf(b) - hasOf(a))[0];

/** A refused task in one sentence: `No host has a place for this task now: 2 of 3 have too little memory (needs …), …`. */
export const summarise = (explanation: PlacementExplanation): string => {
  const { hosts } = explanation;
  if (explanation.chosen !== undefined) return `Placed on ${explanation.chosen}.`;
  if (hosts.length === 0) return "The cluster has no hosts.";
  const mainLacks = hosts.flatMap((verdict) => mainLack(verdict) ?? []);
  const reasons = [...new Set(mainLacks.map(({ reason }) => reason))].map((reason) => {
    const lacks = mainLacks.filter((lack) => lack.reason === reason);
    const figures = nearest(lacks)?.detail;
    return `${lacks.length} of ${hosts.length} with ${LACK_WORDS[reason]} (${figures})`;
  });
  const opening = isHopeless(explanation)
    ? "No host of this cluster could ever hold this task"
    : "No host has a place for this task now";
  return `${opening}: ${reasons.join(", ")}.`;
};

import type { QueueView, ShareView } from "./pick-input.ts";
import type { FairShare } from "./scheduling-policy.ts";

/** What AWS takes a decay of 0 for. */
const DEFAULT_DECAY_SECONDS = 600;

/** The factor of a share: its own, else that of the longest prefix (`abc*`) it has, else 1. The lower, the more the share gets. */
export const weightOf = (fair: FairShare | undefined, share: string): number => {
  let best: { length: number; weight: number } | undefined;
  for (const { share: pattern, weightFactor } of fair?.weights ?? []) {
    const isPrefix = pattern.endsWith("*");
    const applies = isPrefix ? share.startsWith(pattern.slice(0, -1)) : share === pattern;
    // The whole name says more than any prefix of it.
    const length = isPrefix ? pattern.length - 1 : Number.POSITIVE_INFINITY;
    if (applies && (!best || length > best.length)) best = { length, weight: weightFactor };
  }
  return best?.weight ?? 1;
};

export const decaySeconds = (fair: FairShare | undefined): number => fair?.shareDecaySeconds || DEFAULT_DECAY_SECONDS;

/** What is left of a use after a while: it fades by half in about two thirds of the decay time. */
export const faded = (cpu: number, passedMs: number, decay: number): number =>
  cpu * Math.exp(-Math.max(0, passedMs) / (decay * 1000));

/** A share while a decision goes on: what it has had grows with every pick. */
export interface Turn {
  readonly view: ShareView;
  readonly weight: number;
  had: number;
  at: number;
}

export const turnsOf = ({ shares, fair }: QueueView): Turn[] =>
  shares.map((view) => ({
    view,
    weight: weightOf(fair, view.share),
    had: view.runningCpu + view.pastCpu,
    at: 0,
  }));

/** Whose turn it is: the share that has had least for its weight; among equals by name, so that the same view decides the same. */
export const nextTurn = (turns: readonly Turn[]): Turn | undefined => {
  let best: Turn | undefined;
  for (const turn of turns) {
    if (turn.at >= turn.view.jobs.length && !turn.view.hasMore) continue;
    if (!best || turn.had * turn.weight < best.had * best.weight) best = turn;
    else if (turn.had * turn.weight === best.had * best.weight && turn.view.share < best.view.share) best = turn;
  }
  return best;
};

/** CPU units that shares in use may hold: (reservation/100)^(shares in use) of all is kept for those that are not. */
export const usableCpu = (fair: FairShare | undefined, shares: readonly ShareView[], totalCpu: number): number => {
  const reservation = (fair?.computeReservation ?? 0) / 100;
  if (reservation === 0) return totalCpu;
  const active = shares.filter((one) => one.runningCpu > 0 || one.jobs.length > 0).length;
  return totalCpu * (1 - reservation ** active);
};

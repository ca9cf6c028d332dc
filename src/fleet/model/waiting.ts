import { isHopeless } from "./failures.ts";
import type { PlacementExplanation, PlacementPlan, PlacementRecord, PlacementRequest } from "./placement.ts";
import type { Task } from "./task.ts";

/** A plan in which tasks without a host wait for one. */
export interface WaitingPlan extends PlacementPlan {
  readonly waiting: readonly PlacementExplanation[];
}

const without = ({ hosts }: PlacementExplanation): PlacementExplanation => ({ hosts });

/**
 * What becomes of a plan's tasks where they may wait: behind others all of them do, else those that found no host. One that no host
 * could ever hold is refused nevertheless, it would wait in vain.
 */
export const letWait = ({ placed, refused }: PlacementPlan, othersWait: boolean): WaitingPlan => ({
  placed: othersWait ? [] : placed,
  waiting: [
    ...(othersWait ? placed.map(({ explanation }) => without(explanation)) : []),
    ...refused.filter((explanation) => !isHopeless(explanation)),
  ],
  refused: refused.filter(isHopeless),
});

type Waiting = NonNullable<PlacementRecord["waiting"]>;

/** What is kept of a request whose tasks wait. */
export const waitingOf = ({ capacity, zones, requiredAttributes }: PlacementRequest, line: string): Waiting => ({
  line,
  ...(capacity && { capacity }),
  ...(zones && { zones }),
  ...(requiredAttributes && { requiredAttributes }),
});

/** What a task that waits is to be placed by. */
export const requestOfWaiting = (
  { cluster, spec, group, terms, details }: Task,
  { requestId, constraints, strategies, notes }: PlacementRecord,
  waiting: Waiting,
): PlacementRequest => ({
  requestId,
  cluster,
  count: 1,
  spec,
  group,
  terms,
  details,
  constraints,
  strategies,
  ...(notes && { notes }),
  ...waiting,
});

/** Why a task waits that so many came before, by what the hosts lack for it now. */
export const explainWaiting = ({ placed, refused }: PlacementPlan, ahead: number): PlacementExplanation => ({
  ahead,
  hosts: refused[0]?.hosts ?? placed[0]?.explanation.hosts ?? [],
});

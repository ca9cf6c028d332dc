import type { HostCapacity, PickedJob, Picks, QueueView, Reason, WaitingJob } from "./pick-input.ts";
import { couldEverHold, hostsOf, keepRoom, type Rooms, roomsOf, takeRoom } from "./room.ts";
import { nextTurn, type Turn, turnsOf, usableCpu } from "./shares.ts";
import { behind, neverFits, noEnvironment, noHosts, noRoom, queueDisabled, reserved } from "./waiting-words.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

/**
 * Decides which jobs go next, where, and why the others do not: queues by priority; in a queue the share that has had least for its
 * weight; in a share in the given order. A job that no host could ever hold is set aside. One that only waits holds up all
 * behind it in its queue, and keeps the hosts that could hold it from queues of lower priority, unless its queue has backfill. A function of its
 * arguments: `queues` tell the first jobs of each share, `hosts` what is free.
 */
export const pickJobs = (queues: readonly QueueView[], hosts: readonly HostCapacity[]): Picks => {
  const rooms = roomsOf(hosts);
  const picks: Writable<Picks> = { picked: [], aside: [], waiting: [], isShort: false };
  const byPriority = [...queues].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  for (const queue of byPriority) {
    pickFromQueue(queue, rooms, picks);
    // What lies beyond the view of one queue goes before all of the next.
    if (picks.isShort) break;
  }
  return picks;
};

const pickFromQueue = (queue: QueueView, rooms: Rooms, picks: Writable<Picks>): void => {
  const turns = turnsOf(queue);
  const closed = closedReason(queue);
  if (closed) {
    explainRest(queue, turns, closed, undefined, picks);
    return;
  }
  const mayHold = usableCpu(queue.fair, queue.shares, totalCpu(queue, rooms));
  let held = queue.shares.reduce((sum, { runningCpu }) => sum + runningCpu, 0);
  const skipped = new Set<string>();
  for (let turn = nextTurn(turns); turn !== undefined; turn = nextTurn(turns)) {
    const job = turn.view.jobs[turn.at];
    if (!job) {
      // Whoever is next in that share is not in view: nobody else may go before him.
      picks.isShort = true;
      return;
    }
    const outcome = place(queue, job, rooms, held, mayHold);
    if ("host" in outcome) {
      picks.picked.push({ job: job.id, queue: queue.id, ...outcome });
      held += job.needs.cpuUnits;
      turn.had += job.needs.cpuUnits;
    } else if (outcome.isNever) {
      picks.aside.push({ job: job.id, queue: queue.id, reason: outcome.reason });
    } else {
      if (!queue.backfill) {
        keepRoom(rooms, queue.environments, job.needs);
        explainRest(queue, turns, outcome.reason, { turn, job }, picks);
        return;
      }
      if (!skipped.has(turn.view.share))
        picks.waiting.push({ queue: queue.id, share: turn.view.share, job: job.id, reason: outcome.reason });
      skipped.add(turn.view.share);
    }
    turn.at += 1;
    // With backfill, what lies beyond the view waits: it would be looked at for ever.
    if (queue.backfill && skipped.has(turn.view.share) && turn.at >= turn.view.jobs.length)
      turns.splice(turns.indexOf(turn), 1);
  }
};

const closedReason = ({ isEnabled, environments }: QueueView): Reason | undefined => {
  if (!isEnabled) return queueDisabled;
  return environments.length > 0 && environments.every((one) => !one.isEnabled)
    ? noEnvironment(environments)
    : undefined;
};

const totalCpu = ({ environments }: QueueView, rooms: Rooms): number => {
  const all = new Map(
    environments.flatMap((one) => (one.isEnabled ? hostsOf(rooms, one) : [])).map((room) => [room.id, room]),
  );
  return [...all.values()].reduce((sum, { declared }) => sum + declared.cpuUnits, 0);
};

type Outcome = Omit<PickedJob, "job" | "queue"> | { readonly isNever: boolean; readonly reason: Reason };

const place = (
  { environments, fair }: QueueView,
  { needs }: WaitingJob,
  rooms: Rooms,
  held: number,
  mayHold: number,
): Outcome => {
  if (fair?.computeReservation && held + needs.cpuUnits > mayHold)
    return couldEverHold(rooms, environments, needs) === "no"
      ? { isNever: true, reason: neverFits(rooms, environments, needs) }
      : { isNever: false, reason: reserved(needs, held, mayHold) };
  const taken = takeRoom(rooms, environments, needs);
  if (taken) return taken;
  const ever = couldEverHold(rooms, environments, needs);
  if (ever === "no-hosts") return { isNever: false, reason: noHosts(environments) };
  return ever === "no"
    ? { isNever: true, reason: neverFits(rooms, environments, needs) }
    : { isNever: false, reason: noRoom(rooms, environments, needs) };
};

/** Tells the first job that is left of each share why it waits. */
const explainRest = (
  queue: QueueView,
  turns: readonly Turn[],
  reason: Reason,
  first: { readonly turn: Turn; readonly job: WaitingJob } | undefined,
  picks: Writable<Picks>,
): void => {
  for (const turn of turns) {
    const job = turn.view.jobs[turn.at];
    if (!job) continue;
    const own = !first || turn === first.turn ? reason : behind(first.job.id, reason);
    picks.waiting.push({ queue: queue.id, share: turn.view.share, job: job.id, reason: own });
  }
};

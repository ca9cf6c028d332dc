/** A state machine as a table: for each status, what each event leads to. A missing entry means no such move. */
export type Moves<Status extends string, Event extends string> = Readonly<
  Record<Status, Readonly<Partial<Record<Event, Status>>>>
>;

/** Where an event leads from a status; `undefined` where the table has no such move. */
export const move = <Status extends string, Event extends string>(
  moves: Moves<Status, Event>,
  from: Status,
  event: Event,
): Status | undefined => moves[from][event];

/** Statuses that no event leaves. */
export const terminalStatuses = <Status extends string, Event extends string>(moves: Moves<Status, Event>): Status[] =>
  (Object.keys(moves) as Status[]).filter((status) => Object.keys(moves[status]).length === 0);

/** Statuses that events reach from `start`, itself included. */
export const reachableStatuses = <Status extends string, Event extends string>(
  moves: Moves<Status, Event>,
  start: Status,
): Set<Status> => {
  const seen = new Set<Status>();
  const open = [start];
  for (let status = open.pop(); status !== undefined; status = open.pop()) {
    if (seen.has(status)) continue;
    seen.add(status);
    open.push(...(Object.values(moves[status]) as Status[]));
  }
  return seen;
};

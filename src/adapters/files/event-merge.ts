import pLimit from "p-limit";
import type { Direction } from "../../logs/model/position.ts";
import type { PlacedEvent } from "../../logs/ports.ts";

interface Head {
  readonly rest: AsyncIterator<readonly PlacedEvent[]>;
  batch: readonly PlacedEvent[];
  next: number;
}

/** So many files are opened at once. */
const OPEN_AT_ONCE = 16;

/** Moves on to a batch with events; `false` where there is none. */
const refill = async (head: Head): Promise<boolean> => {
  for (;;) {
    const { value, done } = await head.rest.next();
    if (done) return false;
    head.batch = value;
    head.next = 0;
    if (head.batch.length > 0) return true;
  }
};

/** Events of several runs together by their times, many at a time; of those of one time, the earlier run's first. */
export async function* mergeEvents(
  runs: readonly AsyncIterable<readonly PlacedEvent[]>[],
  direction: Direction,
): AsyncGenerator<readonly PlacedEvent[]> {
  const limit = pLimit(OPEN_AT_ONCE);
  const all = runs.map((run): Head => ({ rest: run[Symbol.asyncIterator](), batch: [], next: 0 }));
  const isFilled = await Promise.all(all.map((head) => limit(() => refill(head))));
  const heads = all.filter((_, index) => isFilled[index]);
  const timeOf = ({ batch, next }: Head): number => batch[next]!.timestamp;
  const isSooner = (one: Head, other: Head): boolean =>
    direction === "forward" ? timeOf(one) < timeOf(other) : timeOf(one) >= timeOf(other);
  let merged: PlacedEvent[] = [];
  try {
    while (heads.length > 0) {
      let soonest = 0;
      for (let index = 1; index < heads.length; index += 1)
        if (isSooner(heads[index]!, heads[soonest]!)) soonest = index;
      const head = heads[soonest]!;
      merged.push(head.batch[head.next]!);
      head.next += 1;
      if (head.next < head.batch.length) continue;
      yield merged;
      merged = [];
      if (!(await refill(head))) heads.splice(soonest, 1);
    }
  } finally {
    await Promise.all(heads.map(({ rest }) => rest.return?.()));
  }
}

import pLimit from "p-limit";
import type { Direction } from "../../logs/model/position.ts";
import type { PlacedEvent } from "../../logs/ports.ts";

interface Head {
  readonly rest: AsyncIterator<PlacedEvent>;
  event: PlacedEvent;
}

/** So many files are opened at once. */
const OPEN_AT_ONCE = 16;

/** Events of several runs together by their times; of those of one time, the earlier run's first. */
export async function* mergeEvents(
  runs: readonly AsyncIterable<PlacedEvent>[],
  direction: Direction,
): AsyncGenerator<PlacedEvent> {
  const limit = pLimit(OPEN_AT_ONCE);
  const begun = await Promise.all(
    runs.map((run) =>
      limit(async () => {
        const rest = run[Symbol.asyncIterator]();
        const { value, done } = await rest.next();
        return done ? [] : [{ rest, event: value }];
      }),
    ),
  );
  const heads: Head[] = begun.flat();
  const isSooner = (one: PlacedEvent, other: PlacedEvent): boolean =>
    direction === "forward" ? one.timestamp < other.timestamp : one.timestamp >= other.timestamp;
  try {
    while (heads.length > 0) {
      let soonest = 0;
      for (let index = 1; index < heads.length; index += 1)
        if (isSooner(heads[index]!.event, heads[soonest]!.event)) soonest = index;
      const head = heads[soonest]!;
      yield head.event;
      const { value, done } = await head.rest.next();
      if (done) heads.splice(soonest, 1);
      else head.event = value;
    }
  } finally {
    await Promise.all(heads.map(({ rest }) => rest.return?.()));
  }
}

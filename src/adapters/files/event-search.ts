import { type EventRun, endOfRun, readBytes } from "./event-runs.ts";

const NEAR_BYTES = 65_536;
const LINE_FEED = 10;

/** The first whole line of a run that begins behind an offset: where, and its time. */
const lineBehind = async (run: EventRun, offset: number, end: number) => {
  for (let size = NEAR_BYTES; ; size *= 2) {
    const block = await readBytes(run.path, offset, Buffer.allocUnsafe(Math.min(size, end - offset)));
    for (let at = block.indexOf(LINE_FEED) + 1; at > 0; ) {
      const next = block.indexOf(LINE_FEED, at);
      if (next < 0) break;
      const line = run.parse(block.toString("utf8", at, next));
      if (line) return { begin: offset + at, time: line.timestamp };
      at = next + 1;
    }
    if (offset + block.length >= end || block.length < size) return undefined;
  }
};

/**
 * An offset, where a line begins, before which every event is earlier than a time, and one behind which none is; they are near each other. Found
 * by halving: a run is in the order of its times, but for its disorder.
 */
export const offsetsAround = async (run: EventRun, time: number): Promise<{ before: number; behind: number }> => {
  const end = await endOfRun(run);
  if (time <= 0) return { before: 0, behind: 0 };
  const found = { before: 0, behind: end };
  if (time === Number.POSITIVE_INFINITY) return { before: end, behind: end };
  for (let low = 0, high = end; high - low > NEAR_BYTES; ) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineBehind(run, middle, end);
    if (line && line.time < time - run.disorderMs) {
      found.before = line.begin;
      low = line.begin;
    } else {
      // The first line behind the middle is behind all that is wanted only if it is later by more than the disorder.
      if (line && line.time > time + run.disorderMs) found.behind = line.begin;
      high = middle;
    }
  }
  return found;
};

import type { StoredEvent } from "../../logs/ports.ts";
import type { EventLine } from "./event-lines.ts";
import { type EventRun, readBytes } from "./event-runs.ts";
import { linesBackwards } from "./lines-backwards.ts";

/** An event of a run: behind `begin`, where its last line begins, and before `end`. */
export interface RunEvent extends StoredEvent {
  readonly begin: number;
  readonly end: number;
}

const LINE_FEED = 10;
/** Docker cuts lines at 16 KiB; CloudWatch's events are whole up to 256 KiB. */
const MOST_PIECES = 15;
/** So far back the pieces of a line that an offset cuts in two are looked for. */
const MOST_LINES_BACK = 64;

interface PlacedLine {
  readonly line: EventLine | undefined;
  readonly begin: number;
  readonly end: number;
}

/** The whole lines of a run from an offset on, each with where it begins and ends, a block at a time. */
async function* linesFrom(run: EventRun, from: number, blockBytes: number): AsyncGenerator<readonly PlacedLine[]> {
  let offset = from;
  let buffer = Buffer.allocUnsafe(blockBytes);
  for (;;) {
    const block = await readBytes(run.path, offset, buffer);
    const lines: PlacedLine[] = [];
    let start = 0;
    for (let end = block.indexOf(LINE_FEED); end >= 0; end = block.indexOf(LINE_FEED, start)) {
      const line = run.parse(block.toString("utf8", start, end));
      lines.push({ line, begin: offset + start, end: offset + end + 1 });
      start = end + 1;
    }
    yield lines;
    offset += start;
    if (block.length < buffer.length) return;
    if (start === 0) buffer = Buffer.allocUnsafe(2 * buffer.length);
  }
}

/** Where to begin so that no event that ends behind the offset lacks its first pieces. */
const withPiecesBefore = async (run: EventRun, offset: number): Promise<number> => {
  const settled = new Set<EventLine["stream"]>();
  let begin = offset;
  let looked = 0;
  for await (const { text, offset: at } of linesBackwards(run.path, offset)) {
    const line = run.parse(text);
    if (line && !line.partial) settled.add(line.stream);
    else if (line && !settled.has(line.stream)) begin = at;
    looked += 1;
    if (settled.size === 2 || looked === MOST_LINES_BACK) break;
  }
  return begin;
};

/**
 * Events of a run that end behind `from`, and not behind `to`, in the order they were appended; many at a time, because a promise for each
 * would cost more than all the rest.
 */
export async function* eventsFrom(
  run: EventRun,
  from: number,
  blockBytes: number,
  to = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly RunEvent[]> {
  const start = from === 0 || run.disorderMs === 0 ? from : await withPiecesBefore(run, from);
  const pieces: Record<EventLine["stream"], EventLine[]> = { stdout: [], stderr: [] };
  for await (const lines of linesFrom(run, start, blockBytes)) {
    const events: RunEvent[] = [];
    for (const { line, begin, end } of lines) {
      if (end > to) break;
      if (!line) continue;
      const held = pieces[line.stream];
      held.push(line);
      if (line.partial && held.length < MOST_PIECES) continue;
      pieces[line.stream] = [];
      if (end <= from) continue;
      const { timestamp, ingestedAt } = held[0] ?? line;
      const message = held.length === 1 ? line.message : held.map((piece) => piece.message).join("");
      events.push({ timestamp, ingestedAt, message, begin, end });
    }
    yield events;
    if ((lines.at(-1)?.end ?? 0) >= to) return;
  }
}

/** Events of a run that end not behind `to`, the last one first; many at a time. */
export async function* eventsBefore(
  run: EventRun,
  to: number,
  blockBytes: number,
): AsyncGenerator<readonly RunEvent[]> {
  let size = blockBytes;
  for (let end = to; end > 0; ) {
    const from = await lineAfter(run, end - size, end);
    if (from === undefined) size *= 2;
    else {
      const events: RunEvent[] = [];
      for await (const some of eventsFrom(run, from, blockBytes, end)) events.push(...some);
      yield events.reverse();
      end = from;
      size = blockBytes;
    }
  }
}

/** Where the first line that begins at an offset or behind it begins; `undefined` where none does before `end`. */
const lineAfter = async (run: EventRun, offset: number, end: number): Promise<number | undefined> => {
  if (offset <= 0) return 0;
  const block = await readBytes(run.path, offset - 1, Buffer.allocUnsafe(end - offset + 1));
  const lineFeed = block.indexOf(LINE_FEED);
  const begin = offset + lineFeed;
  return lineFeed < 0 || begin >= end ? undefined : begin;
};

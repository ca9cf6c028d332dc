import type { Direction, Position } from "../model/position.ts";
import type { PlacedEvent, Reading } from "../ports.ts";

/** What a page may hold besides its number of events: AWS's megabyte of messages, and so much looked at without a match. */
const MOST_BYTES = 1_048_576;
const MOST_LOOKED_AT = 25_000;
const BYTES_BESIDES_MESSAGE = 26;

export interface EventPage {
  /** As they were read: backward the latest first. */
  readonly events: readonly PlacedEvent[];
  /** Where the page ends. */
  readonly position: Position;
  /** Nothing more is there to be read. */
  readonly isLast: boolean;
}

/** Reads one page: up to so many events that match. */
export const readPage = async (
  { start, events }: Reading,
  direction: Direction,
  most: { readonly events: number },
  matches: (message: string) => boolean = () => true,
): Promise<EventPage> => {
  const page: PlacedEvent[] = [];
  const position: Record<string, number> = { ...start };
  let bytes = 0;
  let lookedAt = 0;
  for await (const some of events) {
    for (const event of some) {
      const isMatch = matches(event.message);
      const size = isMatch ? Buffer.byteLength(event.message) + BYTES_BESIDES_MESSAGE : 0;
      const isFull =
        page.length === most.events || (page.length > 0 && bytes + size > MOST_BYTES) || lookedAt === MOST_LOOKED_AT;
      if (isFull) return { events: page, position, isLast: false };
      lookedAt += 1;
      position[event.run] = direction === "forward" ? event.end : event.begin;
      if (!isMatch) continue;
      bytes += size;
      page.push(event);
    }
  }
  return { events: page, position, isLast: true };
};

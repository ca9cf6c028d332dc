import type { Change } from "../../kernel/change-feed.ts";
import { parseJson } from "./fields.ts";
import { KEYS } from "./keys.ts";
import { BrokenRecordError } from "./store-errors.ts";

/** One entry of a stream as XREAD, XRANGE and their like answer it. */
export type StreamEntry = readonly [id: string, flat: readonly string[]];

const OWN = 4;

const changeOf = (entry: string, place: number, texts: unknown): Change => {
  if (!Array.isArray(texts) || texts.length < OWN) throw new BrokenRecordError(KEYS.feed, `${entry} tells no change`);
  const [kind, subject, verb, at] = texts as string[];
  const facts: Record<string, string> = {};
  for (let i = OWN; i + 1 < texts.length; i += 2) facts[texts[i]] = texts[i + 1];
  return { id: `${entry}.${place}`, kind: kind!, subject: subject!, verb: verb!, at: Number(at), facts };
};

/** What an entry of the feed tells: the changes of one move, `ENTRY.0`, `ENTRY.1` and so on. Throws BrokenRecordError. */
export const changesOfEntry = ([id, [name, text]]: StreamEntry): Change[] => {
  if (name !== "changes" || text === undefined) throw new BrokenRecordError(KEYS.feed, `${id} has no changes`);
  return parseJson<unknown[]>(text, id, KEYS.feed).map((texts, place) => changeOf(id, place, texts));
};

/** The same, with `undefined` for an entry that no move of today wrote: what changed is open. */
export const knownChanges = (entry: StreamEntry): Change[] | undefined => {
  try {
    return changesOfEntry(entry);
  } catch (error) {
    if (error instanceof BrokenRecordError) return undefined;
    throw error;
  }
};

/** A position is an entry all of which was read, or a change of one. */
export interface FeedPlace {
  readonly entry: string;
  /** The last change of it that was read; infinite where all were. */
  readonly change: number;
}

export const placeOf = (position: string): FeedPlace => {
  const [entry = "", change] = position.split(".");
  return { entry, change: change === undefined ? Number.POSITIVE_INFINITY : Number(change) };
};

/** Where to read on from, so that the rest of an entry comes too. */
export const readFrom = ({ entry, change }: FeedPlace): string =>
  change === Number.POSITIVE_INFINITY ? entry : before(entry);

// The largest number a stream gives within a millisecond.
const LAST = 2n ** 64n - 1n;

const before = (id: string): string => {
  const [time = 0n, sequence = 0n] = id.split("-").map(BigInt);
  if (sequence > 0n) return `${time}-${sequence - 1n}`;
  return time === 0n ? "0-0" : `${time - 1n}-${LAST}`;
};

/** Whether one stream id comes after another. */
export const isAfter = (id: string, other: string): boolean => {
  const [time = "0", sequence = "0"] = id.split("-");
  const [otherTime = "0", otherSequence = "0"] = other.split("-");
  return Number(time) === Number(otherTime)
    ? Number(sequence) > Number(otherSequence)
    : Number(time) > Number(otherTime);
};

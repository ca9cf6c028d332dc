import type { Change } from "../../kernel/change-feed.ts";
import { numberField, textField } from "./fields.ts";
import { KEYS } from "./keys.ts";

/** One entry of a stream as XREAD, XRANGE and their like answer it. */
export type StreamEntry = readonly [id: string, flat: readonly string[]];

const OWN_FIELDS: ReadonlySet<string> = new Set(["kind", "subject", "verb", "at"]);

/** An entry of the feed; what is not its own is a fact. Throws BrokenRecordError. */
export const changeOfEntry = ([id, flat]: StreamEntry): Change => {
  const own = new Map<string, string>();
  const facts: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) {
    if (OWN_FIELDS.has(flat[i]!)) own.set(flat[i]!, flat[i + 1]!);
    else facts[flat[i]!] = flat[i + 1]!;
  }
  return {
    id,
    kind: textField(own, "kind", KEYS.feed),
    subject: textField(own, "subject", KEYS.feed),
    verb: textField(own, "verb", KEYS.feed),
    at: numberField(own, "at", KEYS.feed),
    facts,
  };
};

/** Whether one stream id comes after another. */
export const isAfter = (id: string, other: string): boolean => {
  const [time = "0", sequence = "0"] = id.split("-");
  const [otherTime = "0", otherSequence = "0"] = other.split("-");
  return Number(time) === Number(otherTime)
    ? Number(sequence) > Number(otherSequence)
    : Number(time) > Number(otherTime);
};

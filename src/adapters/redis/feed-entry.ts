import type { Change } from "../../kernel/change-feed.ts";
import { fieldsOf, numberField, textField } from "./fields.ts";
import { KEYS } from "./keys.ts";

/** One entry of a stream as XREAD, XRANGE and their like answer it. */
export type StreamEntry = readonly [id: string, flat: readonly string[]];

const OWN_FIELDS: ReadonlySet<string> = new Set(["kind", "subject", "verb", "at"]);

/** An entry of the feed; what is not its own is a fact. Throws BrokenRecordError. */
export const changeOfEntry = ([id, flat]: StreamEntry): Change => {
  const fields = fieldsOf(flat);
  return {
    id,
    kind: textField(fields, "kind", KEYS.feed),
    subject: textField(fields, "subject", KEYS.feed),
    verb: textField(fields, "verb", KEYS.feed),
    at: numberField(fields, "at", KEYS.feed),
    facts: Object.fromEntries([...fields].filter(([name]) => !OWN_FIELDS.has(name))),
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

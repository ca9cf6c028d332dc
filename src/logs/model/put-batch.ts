import type { InputLogEvent, RejectedLogEventsInfo } from "@aws-sdk/client-cloudwatch-logs";
import { checkLength, checkRange, unsatisfied } from "./constraints.ts";
import { InvalidParameterException } from "./errors.ts";
import { DAY_MS, expiredBefore } from "./retention.ts";

/** AWS's limits of PutLogEvents, as the SDK's own texts give them. */
const MAX_EVENTS = 10_000;
const MAX_BATCH_BYTES = 1_048_576;
const BYTES_BESIDES_MESSAGE = 26;
const MAX_AGE_MS = 14 * DAY_MS;
const MAX_AHEAD_MS = 2 * 3_600_000;

export interface PutEvent {
  readonly timestamp: number;
  readonly message: string;
}

export interface CheckedBatch {
  readonly accepted: readonly PutEvent[];
  /** Absent where everything is accepted. */
  readonly rejected?: RejectedLogEventsInfo;
}

/** Which events of a batch are kept: what is too old, expired or too new is told, not kept. Throws InvalidParameterException. */
export const checkBatch = (
  events: readonly InputLogEvent[],
  retentionInDays: number | undefined,
  now: number,
): CheckedBatch => {
  if (events.length === 0) throw unsatisfied("logEvents", "[]", "have length greater than or equal to 1");
  if (events.length > MAX_EVENTS)
    throw unsatisfied("logEvents", "[…]", `have length less than or equal to ${MAX_EVENTS}`);
  const all = events.map(({ timestamp = 0, message = "" }, index): PutEvent => {
    checkRange(`logEvents.${index + 1}.member.timestamp`, timestamp, 0, Number.MAX_SAFE_INTEGER);
    checkLength(`logEvents.${index + 1}.member.message`, message, 1, MAX_BATCH_BYTES);
    return { timestamp, message };
  });
  const bytes = all.reduce((sum, { message }) => sum + Buffer.byteLength(message) + BYTES_BESIDES_MESSAGE, 0);
  if (bytes > MAX_BATCH_BYTES)
    throw new InvalidParameterException(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  if (all.some(({ timestamp }, index) => timestamp < (all[index - 1]?.timestamp ?? 0)))
    throw new InvalidParameterException("Log events in a single PutLogEvents request must be in chronological order.");
  const expired = countBefore(all, expiredBefore(retentionInDays, now));
  const tooOld = countBefore(all, now - MAX_AGE_MS);
  const tooNew = countBefore(all, now + MAX_AHEAD_MS + 1);
  const accepted = all.slice(Math.max(expired, tooOld), tooNew);
  if ((accepted.at(-1)?.timestamp ?? 0) - (accepted[0]?.timestamp ?? 0) > DAY_MS)
    throw new InvalidParameterException(
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    );
  if (accepted.length === all.length) return { accepted };
  return {
    accepted,
    rejected: {
      ...(expired > 0 && { expiredLogEventEndIndex: expired }),
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(tooNew < all.length && { tooNewLogEventStartIndex: tooNew }),
    },
  };
};

/** How many of the events, which are in their order, are earlier. */
const countBefore = (events: readonly PutEvent[], time: number): number => {
  const index = events.findIndex(({ timestamp }) => timestamp >= time);
  return index < 0 ? events.length : index;
};

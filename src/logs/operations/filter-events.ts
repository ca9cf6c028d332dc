import { NotBuiltError } from "../../kernel/errors.ts";
import { findGroup, streamNames, streamsNamed } from "../find.ts";
import { checkRange, unsatisfied } from "../model/constraints.ts";
import { InvalidParameterException, noSuchStream } from "../model/errors.ts";
import { eventId } from "../model/event-id.ts";
import { askedGroup, checkStreamName } from "../model/names.ts";
import { readPattern } from "../model/pattern/read-pattern.ts";
import { decodeToken, encodeToken } from "../model/position.ts";
import type { LogGroupRecord, LogStreamRecord } from "../model/records.ts";
import { expiredBefore } from "../model/retention.ts";
import type { LogsDeps, LogsOperations } from "../ports.ts";
import { readPage } from "./read-page.ts";

const MAX_EVENTS = 10_000;
const MAX_NAMES = 100;
/** AWS answers the latest first only from here on. */
const BACKWARD_SINCE = Date.UTC(2024, 0, 1);

/** FilterLogEvents: the streams of a group together, by a filter pattern, on by tokens. */
export const filterOperations = (deps: LogsDeps): LogsOperations<"FilterLogEvents"> => ({
  async FilterLogEvents(request, caller) {
    const { limit, nextToken, filterPattern = "", startTime = 0, endTime = Number.MAX_SAFE_INTEGER } = request;
    const { startFromHead = true } = request;
    checkRange("limit", limit, 1, MAX_EVENTS);
    if (request.unmask) throw new NotBuiltError("'unmask' of FilterLogEvents");
    if (endTime < startTime) throw new InvalidParameterException("End time cannot be before Start time.");
    if (!startFromHead && startTime < BACKWARD_SINCE)
      throw new InvalidParameterException("startFromHead can be false only where startTime is on or after 2024-01-01.");
    const matches = readPattern(filterPattern);
    const group = await findGroup(deps, askedGroup(request, caller), caller);
    const streams = await askedStreams(deps, group, request);
    const token = nextToken === undefined ? undefined : decodeToken(group.key, nextToken);
    const direction = token?.direction ?? (startFromHead ? "forward" : "backward");
    const reading = await deps.events.read(streams, {
      direction,
      from: Math.max(startTime, expiredBefore(group.retentionInDays, deps.clock.now())),
      // Unlike GetLogEvents, the end is inclusive.
      before: endTime + 1,
      ...(token && { position: token.position }),
    });
    const page = await readPage(reading, direction, { events: limit ?? MAX_EVENTS }, matches);
    return {
      events: page.events.map(({ stream, timestamp, ingestedAt, message, run, end }) => ({
        logStreamName: streams[stream]?.name,
        timestamp,
        message,
        ingestionTime: ingestedAt,
        eventId: eventId(timestamp, `${run}/${end}`),
      })),
      // AWS's own answer since 2020.
      searchedLogStreams: [],
      ...(!page.isLast && { nextToken: encodeToken(group.key, { direction, position: page.position }) }),
    };
  },
});

/** The streams to be searched. Throws InvalidParameterException and ResourceNotFoundException. */
const askedStreams = async (
  deps: LogsDeps,
  group: LogGroupRecord,
  {
    logStreamNames: names,
    logStreamNamePrefix: prefix,
  }: { readonly logStreamNames?: string[] | undefined; readonly logStreamNamePrefix?: string | undefined },
): Promise<LogStreamRecord[]> => {
  if (names === undefined)
    return streamsNamed(deps, group, await streamNames(deps, group, prefix && checkStreamName(prefix)));
  if (prefix !== undefined)
    throw new InvalidParameterException("logStreamNames and logStreamNamePrefix cannot both be given.");
  if (names.length < 1 || names.length > MAX_NAMES)
    throw unsatisfied("logStreamNames", `[${names.length} names]`, `have length between 1 and ${MAX_NAMES}`);
  const found = await streamsNamed(deps, group, [...new Set(names.map((name) => checkStreamName(name)))]);
  if (found.length < new Set(names).size) throw noSuchStream();
  return found;
};

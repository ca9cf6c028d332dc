import { NotBuiltError } from "../../kernel/errors.ts";
import { findGroup, findStream } from "../find.ts";
import { checkRange } from "../model/constraints.ts";
import { askedGroup, checkStreamName } from "../model/names.ts";
import { decodeToken, encodeToken } from "../model/position.ts";
import { expiredBefore } from "../model/retention.ts";
import type { LogsDeps, LogsOperations } from "../ports.ts";
import { readPage } from "./read-page.ts";

const MAX_EVENTS = 10_000;

/** GetLogEvents: one stream, from its head or its end, on by tokens in both directions. */
export const getOperations = (deps: LogsDeps): LogsOperations<"GetLogEvents"> => ({
  async GetLogEvents(request, caller) {
    const { limit, nextToken, startFromHead = false, startTime = 0, endTime = Number.POSITIVE_INFINITY } = request;
    checkRange("limit", limit, 1, MAX_EVENTS);
    if (request.unmask) throw new NotBuiltError("'unmask' of GetLogEvents");
    const group = await findGroup(deps, askedGroup(request, caller), caller);
    const stream = await findStream(deps, group, checkStreamName(request.logStreamName));
    const token = nextToken === undefined ? undefined : decodeToken(stream.key, nextToken);
    const direction = token?.direction ?? (startFromHead ? "forward" : "backward");
    const reading = await deps.events.read([stream], {
      direction,
      from: Math.max(startTime, expiredBefore(group.retentionInDays, deps.clock.now())),
      before: endTime,
      ...(token && { position: token.position }),
    });
    const page = await readPage(reading, direction, { events: limit ?? MAX_EVENTS });
    const start = token?.position ?? reading.start;
    const [before, behind] = direction === "forward" ? [start, page.position] : [page.position, start];
    const tokens = {
      nextBackwardToken: encodeToken(stream.key, { direction: "backward", position: before }),
      nextForwardToken: encodeToken(stream.key, { direction: "forward", position: behind }),
    };
    // Where there is nothing more, the caller's own token is answered: so it knows.
    if (nextToken !== undefined && page.events.length === 0)
      tokens[direction === "forward" ? "nextForwardToken" : "nextBackwardToken"] = nextToken;
    return {
      events: (direction === "forward" ? page.events : page.events.toReversed()).map(
        ({ timestamp, ingestedAt, message }) => ({ timestamp, message, ingestionTime: ingestedAt }),
      ),
      ...tokens,
    };
  },
});

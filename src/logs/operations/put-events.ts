import { NotBuiltError } from "../../kernel/errors.ts";
import { findGroup, findStream } from "../find.ts";
import { checkGroupName, checkStreamName } from "../model/names.ts";
import { checkBatch } from "../model/put-batch.ts";
import type { LogsDeps, LogsOperations } from "../ports.ts";

/** PutLogEvents. Answered once the events would survive a crash; a sequence token is taken and ignored, as AWS does. */
export const putOperations = (deps: LogsDeps): LogsOperations<"PutLogEvents"> => ({
  async PutLogEvents({ logGroupName, logStreamName, logEvents, entity }, caller) {
    if (entity !== undefined) throw new NotBuiltError("'entity' of PutLogEvents");
    const group = await findGroup(deps, checkGroupName(logGroupName), caller);
    const stream = await findStream(deps, group, checkStreamName(logStreamName));
    const now = deps.clock.now();
    const { accepted, rejected } = checkBatch(logEvents, group.retentionInDays, now);
    await deps.events.append(
      stream.key,
      accepted.map((event) => ({ ...event, ingestedAt: now })),
    );
    return rejected ? { rejectedLogEventsInfo: rejected } : {};
  },
});

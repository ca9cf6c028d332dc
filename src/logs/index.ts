import * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { OperationTable } from "../kernel/operation.ts";
import { expireEvents } from "./control/expire-events.ts";
import { filterOperations } from "./operations/filter-events.ts";
import { getOperations } from "./operations/get-events.ts";
import { logGroupOperations } from "./operations/log-groups.ts";
import { logStreamOperations } from "./operations/log-streams.ts";
import { putOperations } from "./operations/put-events.ts";
import { tagOperations } from "./operations/tags.ts";
import type { LogsDeps } from "./ports.ts";

export { outputStreams } from "./control/output-streams.ts";
export type { LogGroupRecord, LogStreamRecord, LogsDeps } from "./ports.ts";
export { logsRoutes } from "./rest-routes.ts";

/** CloudWatch Logs as it is served: AWS's model of it, and a handler for each operation that is built. The others answer 501. */
export const logsWing = (deps: LogsDeps) => ({
  model: logs,
  handlers: {
    ...logGroupOperations(deps),
    ...logStreamOperations(deps),
    ...tagOperations(deps),
    ...putOperations(deps),
    ...getOperations(deps),
    ...filterOperations(deps),
  } satisfies OperationTable,

  /** The wing's sweeps: each may run at any time, and twice at once. */
  sweeps: { expireEvents: () => expireEvents(deps) },
});

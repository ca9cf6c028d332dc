import type { QueueId } from "../model/ids.ts";
import { JOB_STATUSES } from "../model/states.ts";
import type { BatchDeps } from "./deps.ts";

const PAGE = 500;
const REASON = "Job queue was deleted";

/** Terminates all that has not ended in a queue that takes no new jobs. Source: DeleteJobQueue of Batch's API. */
export const endJobsOfQueue = async (
  { jobs, clock }: Pick<BatchDeps, "jobs" | "clock">,
  queue: QueueId,
): Promise<void> => {
  for (const status of JOB_STATUSES.filter((one) => one !== "SUCCEEDED" && one !== "FAILED")) {
    let cursor: string | undefined;
    do {
      const page = await jobs.list({ queue, status }, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
      const ids = page.jobs.map(({ id }) => id);
      if (ids.length > 0) await jobs.requestStop(ids, { kind: "terminate", reason: REASON, at: clock.now() });
      cursor = page.next;
    } while (cursor !== undefined);
  }
};

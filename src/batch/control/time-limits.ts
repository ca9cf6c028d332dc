import { childParts } from "../model/ids.ts";
import type { JobStop } from "../model/job.ts";
import type { StateTimeLimit } from "../model/job-queue.ts";
import type { JobWait } from "../ports.ts";
import type { BatchLoopDeps } from "./loop-deps.ts";
import type { KnownQueue } from "./queue-views.ts";

const KINDS: Readonly<Record<StateTimeLimit["action"], JobStop["kind"]>> = { CANCEL: "cancel", TERMINATE: "terminate" };

const isOver = (limit: StateTimeLimit, wait: JobWait, now: number): boolean =>
  `${wait.code} - ${wait.text}`.startsWith(limit.reason) && now - wait.since >= limit.maxSeconds * 1000;

/** What no host could hold of an array, no host could hold at all: its children ask for the same. */
const asEntry = (wait: JobWait): JobWait => ({ ...wait, job: childParts(wait.job)?.parent ?? wait.job });

/** Ends jobs that stood at the front of a queue, or aside, for longer than its `jobStateTimeLimitActions` allow. */
export const enforceTimeLimits = async (
  { jobs, jobMoves, clock }: Pick<BatchLoopDeps, "jobs" | "jobMoves" | "clock">,
  queues: readonly KnownQueue[],
): Promise<void> => {
  const limited = queues.filter(({ record }) => record.timeLimits.length > 0);
  const lines = await jobMoves.lines(
    limited.map(({ id }) => id),
    1,
  );
  for (const [i, { id, record }] of limited.entries()) {
    const waits = [...(await jobMoves.aside(id)).map(asEntry), ...(lines[i] ?? []).flatMap(({ front }) => front ?? [])];
    const at = clock.now();
    for (const wait of waits) {
      const limit = record.timeLimits.find((one) => isOver(one, wait, at));
      if (!limit) continue;
      const reason = `Canceled by JobStateTimeLimit action due to reason: ${limit.reason}`;
      await jobs.requestStop([wait.job], { kind: KINDS[limit.action], reason, at });
    }
  }
};

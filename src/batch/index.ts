import * as batch from "@aws-sdk/client-batch";
import type { OperationTable } from "../kernel/operation.ts";
import type { OwnOperation } from "../kernel/own-operation.ts";
import type { Scope } from "../kernel/scope.ts";
import { runBatch } from "./control/batch-loops.ts";
import { cronHandler, scheduleAll } from "./control/cron-keeper.ts";
import { forgetEndedJobs } from "./control/forget-jobs.ts";
import type { BatchLoopDeps } from "./control/loop-deps.ts";
import type { JobId } from "./model/ids.ts";
import { asJobStateChangeEvent, type JobStateChangeEvent } from "./operations/as-event.ts";
import { computeEnvironmentOperations } from "./operations/compute-environments.ts";
import { type CronDeps, cronOperations } from "./operations/cron.ts";
import type { BatchDeps } from "./operations/deps.ts";
import { describeJobOperations } from "./operations/describe-jobs.ts";
import { ensureDefaults } from "./operations/ensure-defaults.ts";
import { jobCountsOperation } from "./operations/job-counts.ts";
import { jobDefinitionOperations } from "./operations/job-definitions.ts";
import { jobLogsOperation } from "./operations/job-logs.ts";
import { jobQueueOperations } from "./operations/job-queues.ts";
import { jobWhyOperation } from "./operations/job-why.ts";
import { listJobOperations } from "./operations/list-jobs.ts";
import { placesOf } from "./operations/places.ts";
import { schedulingPolicyOperations } from "./operations/scheduling-policies.ts";
import { stopJobOperations } from "./operations/stop-jobs.ts";
import { submitJobOperations } from "./operations/submit-job.ts";
import { tagOperations } from "./operations/tags.ts";

export type { BatchLoopDeps } from "./control/loop-deps.ts";
export type { ComputeEnvironmentRecord } from "./model/compute-environment.ts";
export { CRON_QUEUE, type CronRecord } from "./model/cron.ts";
export type { JobDefinitionRecord } from "./model/job-definition.ts";
export type { JobQueueRecord } from "./model/job-queue.ts";
export type { SchedulingPolicyRecord } from "./model/scheduling-policy.ts";
export { JOB_STATE_CHANGES } from "./model/states.ts";
export { batchRoutes } from "./rest-routes.ts";

/** Batch as it is served: AWS's model of it, and a handler for each operation that is built. The others answer 501. */
export const batchWing = (deps: BatchDeps & CronDeps) => {
  const { crons, cronQueue: queue } = deps;
  const submitting = submitJobOperations(deps);
  const submit: Parameters<typeof cronHandler>[0]["submit"] = async (request, scope, key) => {
    const principal = `arn:aws:iam::${scope.account}:user/berth`;
    const caller = { ...scope, requestId: key, principal, accessKeyId: undefined, idempotencyKey: key };
    // Checked as a SubmitJob's input when the schedule was made.
    return (await submitting.SubmitJob(request as Parameters<typeof submitting.SubmitJob>[0], caller)).jobId ?? "";
  };
  return {
    model: batch,
    handlers: {
      ...computeEnvironmentOperations(deps),
      ...jobQueueOperations(deps),
      ...schedulingPolicyOperations(deps),
      ...jobDefinitionOperations(deps),
      ...submitting,
      ...stopJobOperations(deps),
      ...describeJobOperations(deps),
      ...listJobOperations(deps),
      ...tagOperations(deps),
    } satisfies OperationTable,

    /** What AWS has no word for. */
    operations: [
      jobWhyOperation(deps),
      jobLogsOperation(deps),
      jobCountsOperation(deps),
      ...cronOperations(deps),
    ] satisfies OwnOperation[],

    /** Makes the environment and the queue `default`, where they are not there yet. To be called at every start. */
    ensureDefaults: (scope: Scope) => ensureDefaults(deps, scope),

    /** Begins to submit the jobs of schedules. To be called at every start. */
    async keepCrons(): Promise<void> {
      await queue.handle(cronHandler({ crons, queue, submit }), 4);
      await scheduleAll({ crons, queue });
    },

    /** A change of a job in EventBridge's shape, from the job as it is now; `undefined` where there is none. */
    async stateChangeEvent(id: string, at: number): Promise<JobStateChangeEvent | undefined> {
      const [job] = await deps.jobs.get([id as JobId]);
      return job && asJobStateChangeEvent(job, await placesOf(deps, [job]), at);
    },
  };
};

/** What makes jobs run: dispatching, judging ends, and whatever has its time. */
export const batchLoops = (deps: BatchLoopDeps) => ({
  /** Runs until the signal aborts. */
  run: (signal: AbortSignal): Promise<void> => runBatch(deps, signal),
  /** The wing's sweep of what is past: it may run at any time, and twice at once. */
  forgetEndedJobs: (): Promise<number> => forgetEndedJobs(deps),
});

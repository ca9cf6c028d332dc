import type { SubmitJobRequest } from "@aws-sdk/client-batch";
import { fingerprintOf } from "../../kernel/fingerprint.ts";
import type { Caller } from "../../kernel/operation.ts";
import { type Scope, scopeKey } from "../../kernel/scope.ts";
import { enforceContainerLimits } from "../model/container-limits.ts";
import { ClientException } from "../model/errors.ts";
import { type JobId, queueId } from "../model/ids.ts";
import type { JobCause } from "../model/job.ts";
import type { JobQueueRecord } from "../model/job-queue.ts";
import { resourceArn } from "../model/names.ts";
import { resolveJob } from "../model/resolve-job.ts";
import { checkTags } from "../model/tags.ts";
import { checkSubmission, shareOf } from "../model/validate-submission.ts";
import type { SubmitOutcome } from "../ports.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";
import { findActiveDefinition } from "./find-definition.ts";
import { findNamed } from "./find-named.ts";

/** SubmitJob: what definition, overrides and parameters make together is a job in its queue. */
export const submitJobOperations = (deps: BatchDeps): BatchOperations<"SubmitJob"> => ({
  async SubmitJob(request, caller) {
    const cause = causeOf(request, caller);
    // Before anything else: a submission asked again is answered, whatever became of its definition and its queue meanwhile.
    const repeated = cause && (await deps.jobs.repeated(cause));
    if (repeated) return answer(repeated, request.jobName, caller);
    checkSubmission(request);
    const tags = checkTags(request.tags);
    const queue = await findOpenQueue(deps, request.jobQueue, caller);
    const definition = await findActiveDefinition(deps, request.jobDefinition, caller);
    const isFairShare = queue.schedulingPolicy !== undefined;
    const share = shareOf(isFairShare, request.shareIdentifier);
    const resolved = resolveJob(definition.members, request, deps.settings.minimumAttemptDurationSeconds);
    enforceContainerLimits(resolved.container, deps.limits);
    const id = deps.random.uuid() as JobId;
    const outcome = await deps.jobs.submit({
      id,
      name: request.jobName,
      queue: queueId(caller, queue.name),
      definition: resourceArn(caller, "job-definition", `${definition.name}:${definition.revision}`),
      ...resolved,
      container: {
        ...resolved.container,
        logStreamPrefix: definition.name,
        ...(resolved.arraySize !== undefined && { siblings: resolved.arraySize }),
      },
      ...(share !== undefined && { share }),
      // Source: schedulingPriority of Batch's API. It only counts under fair share; the other queues start their jobs as they came.
      ...(!isFairShare && { schedulingPriority: 0 }),
      tags,
      createdAt: deps.clock.now(),
      ...(cause && { cause }),
    });
    return answer(
      outcome.type === "made" ? { type: "repeated", id, name: request.jobName } : outcome,
      request.jobName,
      caller,
    );
  },
});

const findOpenQueue = async (
  { jobQueues }: Pick<BatchDeps, "jobQueues">,
  text: string,
  scope: Scope,
): Promise<JobQueueRecord> => {
  const queue = await findNamed(jobQueues, "job-queue", text, scope);
  if (!queue) throw new ClientException(`JobQueue ${text} not found.`);
  if (queue.state !== "ENABLED")
    throw new ClientException(`JobQueue ${text} is not in ENABLED state, so it takes no jobs.`);
  return queue;
};

const causeOf = (request: SubmitJobRequest, caller: Caller): JobCause | undefined => {
  const { idempotencyKey } = caller;
  if (idempotencyKey === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(idempotencyKey))
    throw new ClientException("Idempotency-Key has 1 to 255 visible characters of ASCII, without spaces.");
  return { key: `${scopeKey(caller)}/${idempotencyKey}`, fingerprint: fingerprintOf(request) };
};

const answer = (outcome: Exclude<SubmitOutcome, { readonly type: "made" }>, jobName: string, caller: Caller) => {
  switch (outcome.type) {
    case "repeated":
      return { jobArn: resourceArn(caller, "job", outcome.id), jobId: outcome.id, jobName: outcome.name };
    case "conflict":
      throw new ClientException(
        `The Idempotency-Key of this request was used before with other parameters. Use another key for another job (${jobName}).`,
      );
    case "missing":
      throw new ClientException(`Job ${outcome.job}, which the job depends on, does not exist.`);
    case "mismatch":
      throw new ClientException(
        `Job ${outcome.job} is no array job of the same size, as a dependency of type N_TO_N needs.`,
      );
  }
};

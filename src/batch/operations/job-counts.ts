import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import { ResourceNotFoundException } from "../model/errors.ts";
import { queueId } from "../model/ids.ts";
import { JOB_STATUSES } from "../model/states.ts";
import type { BatchDeps } from "./deps.ts";
import { findNamed } from "./find-named.ts";

/** How full a queue is. */
export const jobCountsOperation = (deps: Pick<BatchDeps, "jobs" | "jobQueues">): OwnOperation =>
  ownOperation({
    name: "CountJobs",
    summary: "How many jobs of a queue have each status; an array counts as one",
    method: "GET",
    path: "/batch/job-queues/{jobQueue}/counts",
    params: Type.Object({ jobQueue: Type.String({ minLength: 1, description: "A queue's name or ARN" }) }),
    answer: "json",
    status: 200,
    output: Type.Object(Object.fromEntries(JOB_STATUSES.map((status) => [status, Type.Integer()]))),
    async handle({ params, caller }) {
      const queue = await findNamed(deps.jobQueues, "job-queue", params.jobQueue, caller);
      if (!queue) throw new ResourceNotFoundException(`Job queue ${params.jobQueue} does not exist.`);
      return deps.jobs.counts(queueId(caller, queue.name));
    },
  });

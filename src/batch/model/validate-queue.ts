import type { ComputeEnvironmentOrder, JobStateTimeLimitAction } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";
import type { StateTimeLimit } from "./job-queue.ts";

const MAX_PRIORITY = 1_000;
const MAX_ENVIRONMENTS = 3;
const MIN_LIMIT_SECONDS = 600;
const MAX_LIMIT_SECONDS = 86_400;

/** Throws ClientException for a queue's priority out of AWS's range. */
export const checkQueuePriority = (priority: number): void => {
  if (priority < 0 || priority > MAX_PRIORITY)
    throw new ClientException(`The priority of a job queue is between 0 and ${MAX_PRIORITY}, but was ${priority}.`);
};

/** The compute environments of a queue, first tried first. Throws ClientException. */
export const readOrder = (order: readonly ComputeEnvironmentOrder[]): { order: number; text: string }[] => {
  if (order.length < 1 || order.length > MAX_ENVIRONMENTS)
    throw new ClientException(`computeEnvironmentOrder has 1 to ${MAX_ENVIRONMENTS} entries, but had ${order.length}.`);
  const numbers = order.map((one) => one.order ?? 0);
  if (new Set(numbers).size < numbers.length)
    throw new ClientException("computeEnvironmentOrder gives the same order to more than one compute environment.");
  return [...order]
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .map((one) => ({ order: one.order ?? 0, text: one.computeEnvironment ?? "" }));
};

/**
 * What a queue does about jobs that are long at its head. Source of the bounds: JobStateTimeLimitAction of Batch's API.
 * Throws ClientException.
 */
export const readTimeLimits = (actions: readonly JobStateTimeLimitAction[]): StateTimeLimit[] =>
  actions.map(({ reason = "", maxTimeSeconds = 0, action }) => {
    if (reason === "") throw new ClientException("reason of jobStateTimeLimitActions cannot be blank.");
    if (maxTimeSeconds < MIN_LIMIT_SECONDS || maxTimeSeconds > MAX_LIMIT_SECONDS)
      throw new ClientException(
        `maxTimeSeconds of jobStateTimeLimitActions is between ${MIN_LIMIT_SECONDS} and ${MAX_LIMIT_SECONDS}, but was ${maxTimeSeconds}.`,
      );
    if (action !== "CANCEL")
      throw new ClientException("action of jobStateTimeLimitActions must be CANCEL: TERMINATE is for training jobs.");
    return { reason, maxSeconds: maxTimeSeconds, action };
  });

import type { JobDependency, SubmitJobRequest } from "@aws-sdk/client-batch";
import { ClientException } from "./errors.ts";
import { checkName } from "./names.ts";
import { refuseMembers } from "./refuse-members.ts";

const MIN_ARRAY = 2;
const MAX_ARRAY = 10_000;
const MAX_DEPENDENCIES = 20;
const MAX_PRIORITY = 9_999;
/** Batch's quota "maximum payload size for SubmitJob": 30 KiB. An engine that is asked to start a far longer command hangs over it. */
const MAX_CHARACTERS = 30 * 1024;

/** A share's name: letters and digits, perhaps with an asterisk behind them. */
export const isShareIdentifier = (text: string): boolean => /^[A-Za-z0-9]{1,255}\*?$/.test(text);

/** Throws ClientException for a scheduling priority out of AWS's range. */
export const checkSchedulingPriority = (member: string, priority: number | undefined): void => {
  if (priority !== undefined && (priority < 0 || priority > MAX_PRIORITY))
    throw new ClientException(`${member} must be between 0 and ${MAX_PRIORITY}, but was ${priority}.`);
};

/** Checks of a SubmitJob what can be checked without its queue and definition. Throws ClientException. */
export const checkSubmission = (request: SubmitJobRequest): void => {
  checkName("jobName", request.jobName ?? "");
  refuseMembers("SubmitJob", request);
  const { length } = JSON.stringify(request);
  if (length > MAX_CHARACTERS)
    throw new ClientException(`A job's submission has at most ${MAX_CHARACTERS} characters, but had ${length}.`);
  checkSchedulingPriority("schedulingPriorityOverride", request.schedulingPriorityOverride);
  const size = request.arrayProperties?.size;
  if (size !== undefined && (size < MIN_ARRAY || size > MAX_ARRAY))
    throw new ClientException(`Array size must be between ${MIN_ARRAY} and ${MAX_ARRAY}, but was ${size}.`);
  checkDependencies(request.dependsOn ?? [], size !== undefined);
};

const checkDependencies = (dependencies: readonly JobDependency[], isArray: boolean): void => {
  if (dependencies.length > MAX_DEPENDENCIES)
    throw new ClientException(
      `A job depends on at most ${MAX_DEPENDENCIES} jobs, but ${dependencies.length} were given.`,
    );
  for (const { jobId = "", type } of dependencies) {
    if (type !== undefined && !isArray)
      throw new ClientException(`A dependency of type ${type} can only be set for an array job.`);
    if (type === "SEQUENTIAL" && jobId)
      throw new ClientException("A dependency of type SEQUENTIAL is the array's own order and has no jobId.");
    if (type !== "SEQUENTIAL" && !jobId) throw new ClientException("A dependency must have a jobId.");
  }
};

/** The share of a job in its queue: must be said where the queue shares fairly, and only there. Throws ClientException. */
export const shareOf = (isFairShare: boolean, shareIdentifier: string | undefined): string | undefined => {
  if (!isFairShare) {
    if (shareIdentifier)
      throw new ClientException(
        "shareIdentifier cannot be specified: the job queue has no fair-share scheduling policy.",
      );
    return undefined;
  }
  if (!shareIdentifier) throw new ClientException("shareIdentifier must be specified.");
  if (!isShareIdentifier(shareIdentifier))
    throw new ClientException(`shareIdentifier '${shareIdentifier}' must be up to 255 letters and digits.`);
  return shareIdentifier;
};

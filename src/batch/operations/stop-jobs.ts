import type { Scope } from "../../kernel/scope.ts";
import { ClientException } from "../model/errors.ts";
import type { JobStop } from "../model/job.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";
import { findJobs } from "./find-jobs.ts";

type StopOperations = BatchOperations<"CancelJob" | "CancelJobs" | "TerminateJob" | "TerminateJobs">;

const MAX_REASON = 1024;
const MAX_JOBS = 50;

/** Ends jobs: CANCEL those that have not started, TERMINATE all. */
export const stopJobOperations = ({ jobs, clock }: Pick<BatchDeps, "jobs" | "clock">): StopOperations => {
  const stop = async (kind: JobStop["kind"], text: string, reason: string, scope: Scope): Promise<void> => {
    checkReason(reason);
    const [job] = await findJobs(jobs, [text], scope);
    if (!job) throw new ClientException(noSuch(text));
    await jobs.requestStop([job.id], { kind, reason, at: clock.now() });
  };

  const stopMany = async (kind: JobStop["kind"], texts: readonly string[], reason: string, scope: Scope) => {
    checkReason(reason);
    if (texts.length < 1 || texts.length > MAX_JOBS)
      throw new ClientException(`Between 1 and ${MAX_JOBS} jobs can be named at once, but ${texts.length} were.`);
    const found = await findJobs(jobs, texts, scope);
    const here = found.filter((job) => job !== undefined);
    if (here.length > 0)
      await jobs.requestStop(
        here.map(({ id }) => id),
        { kind, reason, at: clock.now() },
      );
    return {
      successful: texts.filter((_, index) => found[index]),
      errors: texts
        .filter((_, index) => !found[index])
        .map((text) => ({ job: text, code: "ClientException", message: noSuch(text) })),
    };
  };

  return {
    async CancelJob({ jobId, reason }, caller) {
      await stop("cancel", jobId, reason, caller);
      return {};
    },
    async TerminateJob({ jobId, reason }, caller) {
      await stop("terminate", jobId, reason, caller);
      return {};
    },
    CancelJobs: ({ jobs: texts, reason }, caller) => stopMany("cancel", texts, reason, caller),
    TerminateJobs: ({ jobs: texts, reason }, caller) => stopMany("terminate", texts, reason, caller),
  };
};

const noSuch = (text: string): string => `Job ${text} does not exist.`;

const checkReason = (reason: string): void => {
  if (reason === "" || reason.length > MAX_REASON)
    throw new ClientException(`reason has 1 to ${MAX_REASON} characters.`);
};

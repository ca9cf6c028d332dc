import type { JobDependency } from "@aws-sdk/client-batch";
import type { Batch } from "../batch.ts";
import { findJob } from "../find-jobs.ts";

/** `JOB`, `JOB:3` (a child), `JOB:N_TO_N` or `SEQUENTIAL`, as Batch writes it; jobs by name, id or its beginning. */
export const dependencyOf = async (batch: Batch, text: string): Promise<JobDependency> => {
  if (text === "SEQUENTIAL") return { type: "SEQUENTIAL" };
  const [, job = text] = /^(.+):N_TO_N$/.exec(text) ?? [];
  const jobId = await findJob(batch, job);
  return job === text ? { jobId } : { jobId, type: "N_TO_N" };
};

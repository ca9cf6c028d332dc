import { setTimeout as sleep } from "node:timers/promises";
import type { JobDetail } from "@aws-sdk/client-batch";
import type { Api } from "../api.ts";
import type { Batch } from "../batch.ts";
import { CliError } from "../failure.ts";
import { describeJobs } from "../find-jobs.ts";
import { hasEnded, isArray } from "../job-statuses.ts";
import type { Out } from "../out.ts";
import { patience } from "../patience.ts";
import { countStatuses, countWords, endedOf, type ProgressSample, progressLine } from "../views/job-progress.ts";
import { failureTeller } from "./failures.ts";

export interface WaitDeps {
  readonly batch: Batch;
  readonly api: Api;
  readonly out: Out;
  readonly signal: AbortSignal;
}

const LOOK_AGAIN_MS = 500;
/** Throughput is that of the last half minute. */
const WINDOW_MS = 30_000;

/**
 * Shows how jobs and arrays go on, tells failures as they come, and resolves to the jobs when all have ended. A control plane
 * that is away meanwhile is waited for. Rejects with the signal's reason when it aborts, with CliError when a record is gone.
 */
export const waitForJobs = async (deps: WaitDeps, ids: readonly string[]): Promise<JobDetail[]> => {
  const { batch, out, signal } = deps;
  const patient = patience(signal);
  const failures = failureTeller(deps);
  const jobById = new Map<string, JobDetail>();
  const samples: ProgressSample[] = [];
  try {
    for (;;) {
      signal.throwIfAborted();
      const open = ids.filter((id) => !hasEnded(jobById.get(id) ?? {}));
      const seen = await describeJobs(batch, open).catch(patient.wait);
      if (!seen) continue;
      patient.wasAnswered();
      for (const job of seen) jobById.set(job.jobId ?? "", job);
      const gone = open.find((id) => !seen.some(({ jobId }) => jobId === id));
      if (gone) throw new CliError(`the record of job ${gone} is gone`);
      for (const job of seen) await failures.tell(job);
      const counts = countStatuses([...jobById.values()]);
      const now = Date.now();
      samples.push({ at: now, ended: endedOf(counts) });
      while (samples[0] && samples[0].at < now - WINDOW_MS) samples.shift();
      out.progress(progressLine(counts, samples));
      if (ids.every((id) => hasEnded(jobById.get(id) ?? {}))) {
        out.progress("");
        failures.tellRest();
        out.note(countWords(counts));
        return ids.flatMap((id) => jobById.get(id) ?? []);
      }
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
    }
  } finally {
    out.progress("");
  }
};

/** What the shell is told of an ended job: its exit code; of an array, and of a job that has none, 1 unless it succeeded. */
const exitCodeOf = (job: JobDetail): number => {
  if (job.status === "SUCCEEDED") return 0;
  return (!isArray(job) && job.container?.exitCode) || 1;
};

/** Of several: 0 only if all succeeded. */
export const exitCodeOfAll = (jobs: readonly JobDetail[]): number => {
  const [only, ...others] = jobs;
  if (only && others.length === 0) return exitCodeOf(only);
  return jobs.every(({ status }) => status === "SUCCEEDED") ? 0 : 1;
};

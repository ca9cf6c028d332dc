import { setTimeout as sleep } from "node:timers/promises";
import type { JobDetail } from "@aws-sdk/client-batch";
import { ApiFailure } from "../api.ts";
import { logText } from "../commands/logs.ts";
import { describeJob } from "../find-jobs.ts";
import { hasEnded } from "../job-statuses.ts";
import { jobLogLines } from "../log-lines.ts";
import { patience } from "../patience.ts";
import { endNote, named } from "../views/job-words.ts";
import { lasted } from "../views/words.ts";
import type { WaitDeps } from "./wait.ts";

const LOOK_AGAIN_MS = 400;

/**
 * Shows what a single job waits for and what its attempts write, one after the other, and resolves to the job when it has ended.
 * Rejects as `waitForJobs` does.
 */
export const followJob = async (deps: WaitDeps, id: string): Promise<JobDetail> => {
  const { batch, out, signal } = deps;
  const patient = patience(signal);
  const since = Date.now();
  let shown = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const job = await describeJob(batch, id).catch(patient.wait);
      if (!job) continue;
      patient.wasAnswered();
      while (shown < attemptsOf(job)) {
        out.progress("");
        const hasTold = await showAttempt(deps, id, shown + 1);
        // One under way that told nothing may not have begun, or be taken back: it is listened to again.
        if (!hasTold && shown >= (job.attempts?.length ?? 0)) break;
        shown += 1;
      }
      if (hasEnded(job)) {
        out.progress("");
        const note = endNote(job);
        if (note) out.note(note);
        return job;
      }
      out.progress(waitingLine(job, Date.now() - since));
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
    }
  } finally {
    out.progress("");
  }
};

/** Ended ones, and the one under way where there is one to listen to. */
const attemptsOf = ({ attempts = [], status }: JobDetail): number =>
  attempts.length + (status === "STARTING" || status === "RUNNING" ? 1 : 0);

const showAttempt = async ({ api, out, signal }: WaitDeps, id: string, attempt: number): Promise<boolean> => {
  let hasTold = false;
  try {
    for await (const line of jobLogLines(api, id, { attempt, follow: true }, signal)) {
      if (!hasTold && attempt > 1) out.note(`attempt ${attempt}:`);
      hasTold = true;
      out.raw(line.stream, logText(line));
    }
  } catch (error) {
    // Output that cannot be had does not end the wait.
    if (signal.aborted || !(error instanceof ApiFailure)) throw error;
  }
  return hasTold;
};

const waitingLine = (job: JobDetail, waitedMs: number): string =>
  `${named(job)} ${job.status?.toLowerCase()} for ${lasted(waitedMs)}${job.statusReason ? `: ${job.statusReason}` : ""}`;

import type { JobDetail, JobSummary } from "@aws-sdk/client-batch";
import type { JobLogAnswer } from "../answers.ts";
import { hasEnded, isArray } from "../job-statuses.ts";
import { jobLogLines } from "../log-lines.ts";
import { allPages } from "../pages.ts";
import { failureWords } from "../views/job-words.ts";
import type { WaitDeps } from "./wait.ts";

/** Told one by one; more are counted. */
const TOLD = 10;
const LAST_LINES = 3;

/** Tells each failed job once, with the last lines it wrote. */
export const failureTeller = ({ batch, api, out, signal }: WaitDeps) => {
  const known = new Set<string>();
  const failedByArray = new Map<string, number>();
  const tellOne = async (job: JobDetail | JobSummary): Promise<void> => {
    const { jobId = "" } = job;
    if (known.has(jobId)) return;
    known.add(jobId);
    if (known.size > TOLD) return;
    const lines = await lastLines(jobId);
    out.note(failureWords(job));
    for (const { text } of lines) out.note(`    | ${text}`);
  };
  const lastLines = async (id: string): Promise<JobLogAnswer[]> => {
    const told: JobLogAnswer[] = [];
    try {
      for await (const line of jobLogLines(api, id, { follow: false, tail: LAST_LINES }, signal)) told.push(line);
    } catch {
      // The failure itself is what matters; its output can be asked for again.
      signal.throwIfAborted();
    }
    return told.filter(({ attempt }) => attempt === told.at(-1)?.attempt);
  };
  return {
    /** Of an array its children that failed since the last call. */
    async tell(job: JobDetail): Promise<void> {
      const { jobId = "", arrayProperties } = job;
      if (!isArray(job)) {
        if (hasEnded(job) && job.status === "FAILED") await tellOne(job);
        return;
      }
      const failed = arrayProperties?.statusSummary?.FAILED ?? 0;
      if (failed <= (failedByArray.get(jobId) ?? 0)) return;
      failedByArray.set(jobId, failed);
      const children = await allPages(
        (nextToken) => batch.listJobs({ arrayJobId: jobId, jobStatus: "FAILED", nextToken }),
        (page) => page.jobSummaryList,
      );
      for (const child of children) await tellOne(child);
    },
    /** How many were not told. */
    tellRest(): void {
      if (known.size > TOLD) out.note(`and ${known.size - TOLD} more; see them with: berth jobs --status FAILED`);
    },
  };
};

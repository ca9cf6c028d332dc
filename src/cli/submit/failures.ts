import type { JobDetail, JobSummary } from "@aws-sdk/client-batch";
import type { JobLogAnswer } from "../answers.ts";
import { isArray } from "../job-statuses.ts";
import { jobLogLines } from "../log-lines.ts";
import { allPages } from "../pages.ts";
import { failureWords } from "../views/job-words.ts";
import type { WaitDeps } from "./wait.ts";

/** Told one by one; more are counted. */
const TOLD = 10;
const LAST_LINES = 3;

/** Tells each failed job once, with the last lines it wrote. */
export const failureTeller = ({ batch, api, out, signal }: WaitDeps) => {
  const told = new Set<string>();
  /** How many have failed: of an array its children, 1 of any other job. */
  const failedById = new Map<string, number>();
  const tellOne = async (job: JobDetail | JobSummary): Promise<void> => {
    const { jobId = "" } = job;
    if (told.has(jobId) || told.size >= TOLD) return;
    told.add(jobId);
    const lines = await lastLines(jobId);
    out.note(failureWords(job));
    for (const { text } of lines) out.note(`    | ${text}`);
  };
  const lastLines = async (id: string): Promise<JobLogAnswer[]> => {
    const lines: JobLogAnswer[] = [];
    try {
      for await (const line of jobLogLines(api, id, { follow: false, tail: LAST_LINES }, signal)) lines.push(line);
    } catch {
      // The failure itself is what matters; its output can be asked for again.
      signal.throwIfAborted();
    }
    return lines.filter(({ attempt }) => attempt === lines.at(-1)?.attempt);
  };
  const failedChildren = (arrayJobId: string): Promise<JobSummary[]> =>
    allPages(
      (nextToken) => batch.listJobs({ arrayJobId, jobStatus: "FAILED", nextToken }),
      (page) => page.jobSummaryList,
    );
  return {
    /** Of an array its children that failed since the last call. */
    async tell(job: JobDetail): Promise<void> {
      const { jobId = "", arrayProperties, status } = job;
      const failed = isArray(job) ? (arrayProperties?.statusSummary?.FAILED ?? 0) : Number(status === "FAILED");
      if (failed <= (failedById.get(jobId) ?? 0)) return;
      failedById.set(jobId, failed);
      if (told.size >= TOLD) return;
      for (const one of isArray(job) ? await failedChildren(jobId) : [job]) await tellOne(one);
    },
    /** How many were not told. */
    tellRest(): void {
      const rest = [...failedById.values()].reduce((sum, failed) => sum + failed, 0) - told.size;
      if (rest > 0) out.note(`and ${rest} more; see them with: berth jobs --status FAILED`);
    },
  };
};

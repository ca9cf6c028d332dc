import type { JobDetail, JobSummary } from "@aws-sdk/client-batch";
import type { Batch } from "./batch.ts";
import { CliError } from "./failure.ts";
import { allPages } from "./pages.ts";
import { shortJobId } from "./views/words.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const JOB_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

/** Names of all queues. */
export const queueNames = async (batch: Batch): Promise<string[]> => {
  const queues = await allPages(
    (nextToken) => batch.describeJobQueues({ nextToken }),
    (page) => page.jobQueues,
  );
  return queues.map(({ jobQueueName = "" }) => jobQueueName).sort();
};

/** A queue's jobs of every status, the newest first; `limit` or somewhat more where there are as many. */
export const jobsOfQueue = (batch: Batch, jobQueue: string, name?: string, limit?: number): Promise<JobSummary[]> => {
  // Without a filter Batch lists one status only.
  const filter =
    name === undefined ? { name: "AFTER_CREATED_AT", values: ["0"] } : { name: "JOB_NAME", values: [name] };
  return allPages(
    (nextToken) => batch.listJobs({ jobQueue, filters: [filter], nextToken }),
    (page) => page.jobSummaryList,
    limit,
  );
};

/** Jobs by id, a hundred at a time as Batch takes them; those that are gone are left out. */
export const describeJobs = async (batch: Batch, ids: readonly string[]): Promise<JobDetail[]> => {
  const batches = Array.from({ length: Math.ceil(ids.length / 100) }, (_, n) => ids.slice(n * 100, n * 100 + 100));
  const pages = await Promise.all(batches.map((jobs) => batch.describeJobs({ jobs })));
  return pages.flatMap((page) => page.jobs ?? []);
};

/** What a text means: of a name all jobs that bear it, the newest first. */
export interface JobsMeant {
  readonly ids: readonly string[];
  readonly by: "id" | "name";
}

/** The jobs that an ARN, an id, the beginning of one, or a name means; a child is its array's with `:index`. */
export const jobsMeant = async (batch: Batch, text: string): Promise<JobsMeant> => {
  const whole = text.replace(/^arn:.*:job\//, "");
  const [, beginning = "", child = ""] = /^(.*?)(:\d+)?$/.exec(whole) ?? [];
  const idsOf = (jobs: readonly JobSummary[]): string[] =>
    jobs.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0)).map(({ jobId }) => `${jobId}${child}`);
  if (UUID.test(beginning)) {
    return { ids: (await describeJobs(batch, [whole])).map(({ jobId = "" }) => jobId), by: "id" };
  }
  const queues = await queueNames(batch);
  if (/^[0-9a-f][0-9a-f-]*$/.test(beginning)) {
    const perQueue = await Promise.all(queues.map((queue) => jobsOfQueue(batch, queue)));
    const found = perQueue.flat().filter(({ jobId = "" }) => jobId.startsWith(beginning));
    if (found.length > 0) return { ids: idsOf(found), by: "id" };
  }
  if (!JOB_NAME.test(beginning)) return { ids: [], by: "name" };
  const named = await Promise.all(queues.map((queue) => jobsOfQueue(batch, queue, beginning)));
  // Batch compares names without case.
  return { ids: idsOf(named.flat().filter(({ jobName }) => jobName === beginning)), by: "name" };
};

/** The id of the one job that a text means. Throws CliError where none does, or more than one. */
export const findJob = async (batch: Batch, text: string): Promise<string> =>
  theOnly(text, (await jobsMeant(batch, text)).ids);

/** The same for commands that only look: a name means the newest job that bears it. */
export const findNewestJob = async (batch: Batch, text: string): Promise<string> =>
  newestOf(text, await jobsMeant(batch, text));

/** Throws CliError where there is none, or several whose ids begin so. */
export const newestOf = (text: string, { ids, by }: JobsMeant): string =>
  theOnly(text, by === "name" ? ids.slice(0, 1) : ids);

const theOnly = (text: string, ids: readonly string[]): string => {
  const [first, ...others] = ids;
  if (first === undefined) {
    throw new CliError(`there is no job ${text}: no name is so, and no id begins so`, {
      hint: "see them with: berth jobs",
    });
  }
  if (others.length === 0) return first;
  const some = ids.map(shortJobId).slice(0, 5).join(", ");
  throw new CliError(`${text} means ${ids.length} jobs: ${some}${ids.length > 5 ? ", …" : ""}`, {
    hint: "give the id of one",
  });
};

/** A job that is there. Throws CliError where it was forgotten meanwhile. */
export const describeJob = async (batch: Batch, id: string): Promise<JobDetail> => {
  const [job] = await describeJobs(batch, [id]);
  if (job) return job;
  throw new CliError(`the record of job ${id} is gone`, { hint: "see those that are there with: berth jobs" });
};

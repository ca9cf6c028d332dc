import type { JobStatus, JobSummary } from "@aws-sdk/client-batch";
import { Command, Option } from "commander";
import type { Api } from "../api.ts";
import { wholeNumber } from "../arguments.ts";
import type { Batch } from "../batch.ts";
import { findNewestJob, jobsOfQueue, queueNames } from "../find-jobs.ts";
import { JOB_STATUSES } from "../job-statuses.ts";
import type { Out } from "../out.ts";
import { allPages } from "../pages.ts";
import type { Session } from "../session.ts";
import { jobsTable, type ListedJob } from "../views/jobs.ts";
import { redrawOnChange } from "../watch.ts";

export interface JobsOptions {
  readonly status?: JobStatus;
  readonly queue?: string;
  readonly array?: string;
  readonly name?: string;
  readonly limit: number;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** One more than the limit where there are more, to be told so. */
const found = async (batch: Batch, { status, queue, array, name, limit }: JobsOptions): Promise<ListedJob[]> => {
  if (array !== undefined) {
    const id = await findNewestJob(batch, array);
    const statuses = status ? [status] : JOB_STATUSES;
    const perStatus = statuses.map((one) => listed(batch, { arrayJobId: id, jobStatus: one }, limit + 1));
    const children = (await Promise.all(perStatus)).flat();
    const indexOf = ({ arrayProperties }: JobSummary): number => arrayProperties?.index ?? 0;
    return children.toSorted((a, b) => indexOf(a) - indexOf(b)).map((job) => ({ ...job, queue: "" }));
  }
  const queues = queue === undefined ? await queueNames(batch) : [queue];
  const perQueue = queues.map(async (jobQueue) => {
    const jobs =
      status !== undefined && name === undefined
        ? await listed(batch, { jobQueue, jobStatus: status }, limit + 1)
        : await jobsOfQueue(batch, jobQueue, name, status === undefined ? limit + 1 : undefined);
    return jobs
      .filter((job) => status === undefined || job.status === status)
      .map((job) => ({ ...job, queue: jobQueue }));
  });
  return (await Promise.all(perQueue)).flat().toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
};

const listed = (batch: Batch, query: Parameters<Batch["listJobs"]>[0], limit: number): Promise<JobSummary[]> =>
  allPages(
    (nextToken) => batch.listJobs({ ...query, nextToken }),
    (page) => page.jobSummaryList,
    limit,
  );

/** The jobs of one queue or all, or the children of an array, as people or programs read them. */
export const jobsText = async (batch: Batch, options: JobsOptions): Promise<string> => {
  const { limit, json, watch, array } = options;
  const jobs = await found(batch, options);
  const shown = jobs.slice(0, limit);
  if (json) return JSON.stringify(shown, null, watch ? undefined : 2); // one document a line while watching
  if (shown.length === 0)
    return "No such jobs. Submit one with: berth submit --image berth/busybox hello -- echo hello";
  const more = jobs.length > limit ? `\n… and ${array === undefined ? "older ones" : "more"}: berth jobs --limit` : "";
  return jobsTable(shown, Date.now()) + more;
};

/** Prints them once, or again at every change. */
const listJobs = async (
  deps: { batch: Batch; api: Api; out: Out; signal: AbortSignal },
  options: JobsOptions,
): Promise<void> => {
  if (!options.watch) return deps.out.line(await jobsText(deps.batch, options));
  await redrawOnChange(deps, "job", () => jobsText(deps.batch, options));
};

const EXAMPLES = `
Examples:
  berth jobs
  berth jobs --queue nightly --status RUNNABLE
  berth jobs --array shards --status FAILED
  berth jobs --name 'load-*' --watch`;

export const jobsCommand = (session: Session): Command =>
  new Command("jobs")
    .description("list jobs, the newest first, or the children of an array")
    .addOption(new Option("--status <status>", "only those").choices(JOB_STATUSES))
    .addOption(new Option("--queue <name>", "only this queue's").conflicts(["array"]))
    .addOption(new Option("--array <job>", "the children of this array: id or name").conflicts(["name"]))
    .option("--name <name>", "only jobs of this name; it may end in an asterisk")
    .option("--limit <number>", "at most so many", wholeNumber(1, 100_000), 50)
    .option("--watch", "a live view, until Ctrl-C")
    .option("--json", "print the jobs as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options: JobsOptions) => {
      const deps = { batch: await session.batch(), api: session.api(), out: session.out, signal: session.interrupted };
      await listJobs(deps, options);
    });

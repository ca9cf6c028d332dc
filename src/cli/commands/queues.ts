import type { JobQueueDetail, JobStatus } from "@aws-sdk/client-batch";
import { Command } from "commander";
import type { Api } from "../api.ts";
import type { Batch } from "../batch.ts";
import { describeJobs } from "../find-jobs.ts";
import type { Out } from "../out.ts";
import { allPages } from "../pages.ts";
import type { Session } from "../session.ts";
import { type ListedQueue, queuesTable } from "../views/queues.ts";
import { redrawOnChange } from "../watch.ts";

export interface QueuesOptions {
  readonly watch?: boolean;
  readonly json?: boolean;
}

interface QueuesDeps {
  readonly batch: Batch;
  readonly api: Api;
}

/** The queues with how full they are and what their first job waits for, as people or programs read them. */
export const queuesText = async (deps: QueuesDeps, { json, watch }: QueuesOptions): Promise<string> => {
  const queues = await allPages(
    (nextToken) => deps.batch.describeJobQueues({ nextToken }),
    (page) => page.jobQueues,
  );
  const listed = await Promise.all(queues.map((queue) => asListed(deps, queue)));
  if (json) return JSON.stringify(listed, null, watch ? undefined : 2); // one document a line while watching
  return listed.length > 0 ? queuesTable(listed) : "No queues. Make one with: aws batch create-job-queue";
};

const asListed = async ({ batch, api }: QueuesDeps, queue: JobQueueDetail): Promise<ListedQueue> => {
  const { jobQueueName = "" } = queue;
  const path = `/batch/job-queues/${encodeURIComponent(jobQueueName)}/counts`;
  const counts = await api.get<Record<JobStatus, number>>(path);
  const { frontOfQueue } = await batch.getJobQueueSnapshot({ jobQueue: jobQueueName });
  const first = frontOfQueue?.jobs?.[0]?.jobArn?.replace(/^.*:job\//, "");
  const [job] = first === undefined ? [] : await describeJobs(batch, [first]);
  return { queue, counts, ...(job && { first: job }) };
};

/** Prints them once, or again at every change. */
const listQueues = async (
  deps: QueuesDeps & { out: Out; signal: AbortSignal },
  options: QueuesOptions,
): Promise<void> => {
  if (!options.watch) return deps.out.line(await queuesText(deps, options));
  await redrawOnChange(deps, "job", () => queuesText(deps, options));
};

export const queuesCommand = (session: Session): Command =>
  new Command("queues")
    .description("list job queues: their jobs by status, and what the first in line waits for")
    .option("--watch", "a live view, until Ctrl-C")
    .option("--json", "print the queues as JSON")
    .addHelpText("after", "\nExamples:\n  berth queues\n  berth queues --watch")
    .action(async (options: QueuesOptions) => {
      const deps = { batch: await session.batch(), api: session.api(), out: session.out, signal: session.interrupted };
      await listQueues(deps, options);
    });

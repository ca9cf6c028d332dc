import { ClientException } from "../model/errors.ts";
import { queueId } from "../model/ids.ts";
import { resourceArn } from "../model/names.ts";
import { asJobDetail } from "./as-batch-job.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";
import { findJobs } from "./find-jobs.ts";
import { findNamed } from "./find-named.ts";
import { placesOf } from "./places.ts";

const MAX_DESCRIBED = 100;
const FRONT = 100;

/** Jobs as they are, and what stands at the front of a queue. */
export const describeJobOperations = (deps: BatchDeps): BatchOperations<"DescribeJobs" | "GetJobQueueSnapshot"> => ({
  async DescribeJobs({ jobs: texts }, caller) {
    if (texts.length > MAX_DESCRIBED)
      throw new ClientException(
        `At most ${MAX_DESCRIBED} jobs can be described at once, but ${texts.length} were asked for.`,
      );
    const jobs = (await findJobs(deps.jobs, texts, caller)).filter((job) => job !== undefined);
    const places = await placesOf(deps, jobs);
    return { jobs: jobs.map((job) => asJobDetail(job, places)) };
  },

  async GetJobQueueSnapshot({ jobQueue }, caller) {
    const queue = await findNamed(deps.jobQueues, "job-queue", jobQueue, caller);
    if (!queue) throw new ClientException(`JobQueue ${jobQueue} not found.`);
    const front = await deps.jobs.front(queueId(caller, queue.name), FRONT);
    return {
      frontOfQueue: {
        jobs: front.map(({ id, since }) => ({ jobArn: resourceArn(caller, "job", id), earliestTimeAtPosition: since })),
        lastUpdatedAt: deps.clock.now(),
      },
    };
  },
});

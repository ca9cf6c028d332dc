import type { ListJobsRequest } from "@aws-sdk/client-batch";
import type { Scope } from "../../kernel/scope.ts";
import { ClientException } from "../model/errors.ts";
import { queueId } from "../model/ids.ts";
import type { Job } from "../model/job.ts";
import { type JobFilter, readFilter } from "../model/job-filter.ts";
import { type Position, pageToken, readPageToken } from "../model/page-token.ts";
import type { JobQuery } from "../ports.ts";
import { asJobSummary } from "./as-batch-job.ts";
import type { BatchDeps, BatchOperations } from "./deps.ts";
import { findJobs } from "./find-jobs.ts";
import { findNamed } from "./find-named.ts";

const MAX_LISTED = 1_000;
const MAX_FILTERED = 100;
/** Jobs looked at for one page of a filtered list, in steps; a page may be short, or empty, and have a next one. */
const STEP = 200;
const MAX_STEPS = 25;

/** ListJobs: of a queue by status or filter, or the children of an array. */
export const listJobOperations = (deps: BatchDeps): BatchOperations<"ListJobs"> => ({
  async ListJobs(request, caller) {
    const filter = readFilter(request.filters ?? []);
    const limit = filter ? MAX_FILTERED : MAX_LISTED;
    const { maxResults = limit } = request;
    if (maxResults < 1) throw new ClientException(`maxResults must be at least 1, but was ${maxResults}.`);
    const query = await queryOf(deps, request, filter, caller);
    const start = readPageToken(request.nextToken);
    const page = await pageOfJobs(deps, query, filter, start, Math.min(maxResults, limit));
    return {
      jobSummaryList: page.jobs.map(asJobSummary),
      ...(page.next && { nextToken: pageToken(page.next) }),
    };
  },
});

const queryOf = async (
  deps: BatchDeps,
  { jobQueue, arrayJobId, multiNodeJobId, jobStatus }: ListJobsRequest,
  filter: JobFilter | undefined,
  scope: Scope,
): Promise<JobQuery> => {
  if ([jobQueue, arrayJobId, multiNodeJobId].filter((one) => one !== undefined).length !== 1)
    throw new ClientException("One and only one of jobQueue, arrayJobId and multiNodeJobId must be specified.");
  if (multiNodeJobId !== undefined)
    throw new ClientException("'multiNodeJobId' is refused: multi-node parallel jobs are not built in Berth yet.");
  if (arrayJobId !== undefined) {
    // AWS: the filter does not apply to children.
    if (filter) throw new ClientException("filters cannot be used with arrayJobId.");
    const [array] = await findJobs(deps.jobs, [arrayJobId], scope);
    if (array?.arraySize === undefined || array.child)
      throw new ClientException(`Job ${arrayJobId} does not exist, or is no array job.`);
    return { array: array.id, status: jobStatus ?? "RUNNING" };
  }
  const queue = await findNamed(deps.jobQueues, "job-queue", jobQueue ?? "", scope);
  if (!queue) throw new ClientException(`JobQueue ${jobQueue} not found.`);
  const id = queueId(scope, queue.name);
  if (!filter) return { queue: id, status: jobStatus ?? "RUNNING" };
  return filter.name === "SHARE_IDENTIFIER" && jobStatus ? { queue: id, status: jobStatus } : { queue: id };
};

const pageOfJobs = async (
  { jobs }: Pick<BatchDeps, "jobs">,
  query: JobQuery,
  filter: JobFilter | undefined,
  start: Position,
  wanted: number,
): Promise<{ readonly jobs: readonly Job[]; readonly next?: Position }> => {
  const found: Job[] = [];
  let at = start;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const page = await jobs.list(query, {
      limit: filter ? STEP : wanted,
      ...(at.cursor !== undefined && { cursor: at.cursor }),
    });
    for (const [index, job] of page.jobs.entries()) {
      if (index < at.skip || (filter && !filter.matches(job))) continue;
      if (found.length === wanted) return { jobs: found, next: { ...at, skip: index } };
      found.push(job);
    }
    if (page.next === undefined) return { jobs: found };
    at = { cursor: page.next, skip: 0 };
    if (!filter || found.length === wanted) break;
  }
  return { jobs: found, next: at };
};

import { childId, type JobId, type QueueId } from "../../batch/model/ids.ts";
import type { Job } from "../../batch/model/job.ts";
import { JOB_STATUSES, type JobStatus } from "../../batch/model/states.ts";
import type { FrontJob, JobStore, SubmitOutcome } from "../../batch/ports.ts";
import { submitArguments } from "./job-arguments.ts";
import { readLines } from "./job-lines.ts";
import { listChildren, listQueue } from "./job-lists.ts";
import { type JobAnswer, jobOfAnswer } from "./job-record.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";

// A script holds everything else up while it runs.
const JOBS_AT_A_TIME = 200;

const outcomeOf = ([type, job = "", name = ""]: readonly string[]): SubmitOutcome => {
  if (type === "repeated") return { type, id: job as JobId, name };
  if (type === "missing" || type === "mismatch") return { type, job: job as JobId };
  if (type === "made" || type === "conflict") return { type };
  throw new Error(`submit-job.lua answered ${type}`);
};

/** Jobs in Redis, as whoever asks for them sees them: each change is one script. */
export const jobStore = (store: RedisStore): JobStore => {
  const { redis, run, clock } = store;

  const read = async (ids: readonly JobId[]): Promise<(Job | undefined)[]> => {
    const found: (Job | undefined)[] = [];
    for (let from = 0; from < ids.length; from += JOBS_AT_A_TIME) {
      const some = ids.slice(from, from + JOBS_AT_A_TIME);
      const answers = (await run("jobs", [], some)) as JobAnswer[];
      found.push(...some.map((id, i) => jobOfAnswer(id, answers[i] ?? [])));
    }
    return found;
  };

  const front = async (queue: QueueId, limit: number): Promise<FrontJob[]> => {
    const [shares = []] = await readLines(store, [queue], limit);
    return shares
      .flatMap(({ entries }) => entries)
      .sort((a, b) => a.place - b.place)
      .flatMap(({ id, children, since }) =>
        children.length === 0 ? [{ id, since }] : children.map((index) => ({ id: childId(id, index), since })),
      )
      .slice(0, limit);
  };

  return {
    submit: async (job) => outcomeOf((await run("submit-job", [KEYS.job + job.id], submitArguments(job))) as string[]),
    async repeated({ key, fingerprint }) {
      const [known, id, name] = await answered(redis.hmget(KEYS.job_cause + key, "fingerprint", "job", "name"));
      if (known == null) return undefined;
      return known === fingerprint ? { type: "repeated", id: id as JobId, name: name ?? "" } : { type: "conflict" };
    },

    get: read,

    async list(query, { limit, cursor }) {
      const { ids, next } =
        "array" in query
          ? await listChildren(store, query.array, query.status, limit, Number(cursor ?? 0))
          : await listQueue(store, query, limit, cursor);
      const jobs = (await read(ids)).flatMap((job) => job ?? []);
      return { jobs, ...(next !== undefined && { next }) };
    },

    async counts(queue) {
      const numbers = await Promise.all(
        JOB_STATUSES.map((status) => answered(redis.zcard(`${KEYS.job_list}${queue}:${status}`))),
      );
      return Object.fromEntries(JOB_STATUSES.map((status, i) => [status, numbers[i] ?? 0])) as Record<
        JobStatus,
        number
      >;
    },

    async requestStop(ids, stop) {
      for (let from = 0; from < ids.length; from += JOBS_AT_A_TIME) {
        const some = ids.slice(from, from + JOBS_AT_A_TIME);
        await run("stop-jobs", [], [stop.kind, stop.reason, stop.at, JSON.stringify(stop), ...some]);
      }
    },

    front,

    setTags: async (id, tags) =>
      (await run("set-job-tags", [KEYS.job + id], [id, JSON.stringify(tags), clock.now()])) === 1,
  };
};

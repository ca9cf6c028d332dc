import { childrenOf } from "../../batch/model/array.ts";
import { childId, type JobId, type QueueId } from "../../batch/model/ids.ts";
import type { Job } from "../../batch/model/job.ts";
import { JOB_STATUSES, type JobStatus } from "../../batch/model/states.ts";
import type { FrontJob, JobPage, JobQuery, JobStore, SubmitOutcome } from "../../batch/ports.ts";
import { readLines } from "./job-lines.ts";
import { type JobAnswer, jobOfAnswer, submitArguments } from "./job-record.ts";
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

  const readThere = async (ids: readonly JobId[]): Promise<Job[]> => (await read(ids)).flatMap((job) => job ?? []);

  const listChildren = async (array: JobId, status: JobStatus | undefined, limit: number, from: number) => {
    const fields = await answered(redis.hmget(KEYS.job + array, "size", "open", "each", "cut"));
    const [size, open, each, cut] = fields;
    if (size == null) return { jobs: [] };
    const bits = (await answered(redis.getBuffer(KEYS.job_children + array))) ?? new Uint8Array();
    const children = { size: Number(size), bits, isOpen: open !== null, isEach: each !== null, isCut: cut !== null };
    const indexes = childrenOf(children, status, from, limit + 1);
    const jobs = await readThere(indexes.slice(0, limit).map((index) => childId(array, index)));
    return { jobs, ...(indexes.length > limit && { next: String(indexes[limit]) }) };
  };

  /** The next page begins before the last job's place: lists are by order, and that never changes. */
  const listQueue = async (list: string, limit: number, cursor: string | undefined): Promise<JobPage> => {
    const before = cursor === undefined ? "+inf" : `(${cursor}`;
    const flat = await answered(redis.zrevrangebyscore(list, before, "-inf", "WITHSCORES", "LIMIT", 0, limit + 1));
    const ids = flat.filter((_, i) => i % 2 === 0).slice(0, limit) as JobId[];
    const next = flat.length / 2 > limit ? flat[2 * limit - 1] : undefined;
    return { jobs: await readThere(ids), ...(next !== undefined && { next }) };
  };

  /** All lists of a queue have the same order, so their heads are put together by it. */
  const listAll = async (queue: QueueId, limit: number, cursor: string | undefined): Promise<JobPage> => {
    const before = cursor === undefined ? "+inf" : `(${cursor}`;
    const lists = await Promise.all(
      JOB_STATUSES.map((status) =>
        answered(
          redis.zrevrangebyscore(
            `${KEYS.job_list}${queue}:${status}`,
            before,
            "-inf",
            "WITHSCORES",
            "LIMIT",
            0,
            limit + 1,
          ),
        ),
      ),
    );
    const found = lists
      .flatMap((flat) =>
        flat.flatMap((id, i) => (i % 2 === 0 ? [{ id: id as JobId, order: Number(flat[i + 1]) }] : [])),
      )
      .sort((a, b) => b.order - a.order);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const jobs = await readThere(shown.map(({ id }) => id));
    return { jobs, ...(last && found.length > limit && { next: String(last.order) }) };
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
      const [known, job, name] = await answered(redis.hmget(KEYS.job_cause + key, "fingerprint", "job", "name"));
      if (known == null) return undefined;
      return known === fingerprint ? { type: "repeated", id: job as JobId, name: name ?? "" } : { type: "conflict" };
    },

    async repeated({ key, fingerprint }) {
      const [known, id, name] = await answered(redis.hmget(KEYS.job_cause + key, "fingerprint", "job", "name"));
      if (known == null) return undefined;
      return known === fingerprint ? { type: "repeated", id: id as JobId, name: name ?? "" } : { type: "conflict" };
    },

    get: read,

    list: async (query: JobQuery, { limit, cursor }) => {
      if ("array" in query) return await listChildren(query.array, query.status, limit, Number(cursor ?? 0));
      if (!("name" in query) && query.status === undefined) return await listAll(query.queue, limit, cursor);
      const list =
        "status" in query
          ? `${KEYS.job_list}${query.queue}:${query.status}`
          : `${KEYS.job_name}${query.queue}:${query.name}`;
      return await listQueue(list, limit, cursor);
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

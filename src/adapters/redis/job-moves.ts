import { childId, type JobId, taskOfAttempt } from "../../batch/model/ids.ts";
import type { JobMoves, JobWait, LiveAttempt } from "../../batch/ports.ts";
import type { TaskId } from "../../fleet/model/ids.ts";
import { fieldsOf, parseJson } from "./fields.ts";
import { readLines } from "./job-lines.ts";
import type { EndedChild } from "./job-record.ts";
import { KEYS } from "./keys.ts";
import type { RedisStore } from "./store.ts";
import { answered } from "./store-errors.ts";

type Forgotten = readonly [id: string, size: string, attempts: string, ended: readonly string[]];

const tasksOfJob = (id: JobId, attempts: number): TaskId[] =>
  Array.from({ length: attempts }, (_, before) => taskOfAttempt(id, before + 1));

const tasksOf = ([id, , attempts, ended]: Forgotten): TaskId[] => [
  ...tasksOfJob(id as JobId, Number(attempts)),
  ...[...fieldsOf(ended)].flatMap(([index, text]) =>
    tasksOfJob(
      childId(id as JobId, Number(index)),
      parseJson<EndedChild>(text, index, KEYS.job_ended + id).attempts.length,
    ),
  ),
];

/** Jobs in Redis, as the loops move them: each move one script over a batch. */
export const jobMoves = (store: RedisStore): JobMoves => {
  const { redis, run, clock } = store;

  const withAttempts = async (ids: readonly string[]): Promise<LiveAttempt[]> => {
    const attempts = await Promise.all(ids.map((id) => answered(redis.hget(KEYS.job + id, "attempt"))));
    return ids.flatMap((id, i) => (attempts[i] == null ? [] : [{ id: id as JobId, attempt: Number(attempts[i]) }]));
  };

  return {
    lines: (queues, firstOfEach) => readLines(store, queues, firstOfEach),

    async explain(notes) {
      if (notes.length === 0) return;
      const args = notes.flatMap(({ kind, queue, share, ...wait }) => [
        kind,
        queue,
        share,
        wait.job,
        JSON.stringify(wait),
      ]);
      await run("explain-jobs", [], [clock.now(), ...args]);
    },

    recall: async (queue) => (await run("recall-jobs", [KEYS.job_aside + queue], [queue, clock.now()])) as number,

    async started(attempts) {
      const args = attempts.flatMap(({ id, attempt, startedAt }) => [id, attempt, startedAt]);
      const first = (await run("jobs-started", [], [clock.now(), ...args])) as string;
      return first === "" ? undefined : Number(first);
    },

    async ended(ends) {
      const args = ends.flatMap(({ id, attempt, verdict, reason, stoppedAt, retryDelayMs }) => [
        id,
        attempt.attempt,
        verdict,
        reason,
        stoppedAt,
        retryDelayMs,
        JSON.stringify(attempt),
        attempt.startedAt ?? "",
      ]);
      return (await run("jobs-ended", [], [clock.now(), ...args])) as number;
    },

    releaseDependents: async (limit) =>
      (await run("release-dependents", [KEYS.job_released], [clock.now(), limit])) as number,

    async due(timeout, limit) {
      const args = [timeout.at, timeout.reason, JSON.stringify(timeout), limit];
      const [done, next] = (await run("due-jobs", [KEYS.job_due], args)) as [number, string];
      return { done, ...(next !== "" && { next: Number(next) }) };
    },

    stopping: async () => withAttempts(await answered(redis.smembers(KEYS.job_stopping))),

    liveSince: async (before) => withAttempts(await answered(redis.zrangebyscore(KEYS.job_live, "-inf", `(${before}`))),

    async aside(queue) {
      const texts = await answered(redis.hvals(KEYS.job_aside + queue));
      return texts.map((text) => parseJson<JobWait>(text, "why it is set aside", KEYS.job_aside + queue));
    },

    async forgetEndedBefore(time, limit) {
      const forgotten = (await run("forget-jobs", [KEYS.job_finished], [time, limit, clock.now()])) as Forgotten[];
      return { jobs: forgotten.length, tasks: forgotten.flatMap(tasksOf) };
    },
  };
};

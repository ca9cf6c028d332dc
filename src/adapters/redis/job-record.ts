import { childParts, type EnvironmentId, type JobId, type QueueId, taskOfAttempt } from "../../batch/model/ids.ts";
import type { Job, JobAttempt, JobStop, StatusSummary } from "../../batch/model/job.ts";
import { JOB_STATUSES, type JobStatus } from "../../batch/model/states.ts";
import type { HostId } from "../../fleet/model/ids.ts";
import { type Fields, fieldsOf, jsonField, numberField, parseJson, textField } from "./fields.ts";
import type { FixedJob } from "./job-arguments.ts";
import { waitingOf } from "./job-waiting.ts";
import { KEYS } from "./keys.ts";

/** How a child ended, as its array keeps it. */
export interface EndedChild {
  readonly reason: string;
  readonly startedAt?: number;
  readonly stoppedAt: number;
  readonly attempts: readonly JobAttempt[];
}

/** What `reads/jobs.lua` answers for one job; the own hash of what is no child stands in the array's place. */
export type JobAnswer =
  | readonly []
  | readonly [
      own: readonly string[],
      array: readonly string[],
      status: JobStatus,
      ended: string,
      aside: string,
      front: string,
      before: number,
    ];

const attemptsIn = (fields: Fields, key: string): JobAttempt[] =>
  fields.has("attempts") ? parseJson<JobAttempt[]>(`[${fields.get("attempts")}]`, "attempts", key) : [];

/** The attempt under way, as the claim and the start left it. */
const currentAttempt = (id: JobId, fields: Fields, key: string): JobAttempt[] => {
  // Between two attempts it has none, after the last one an empty one.
  if (!fields.get("host")) return [];
  const attempt = numberField(fields, "attempt", key);
  return [
    {
      attempt,
      task: taskOfAttempt(id, attempt),
      host: textField(fields, "host", key) as HostId,
      environment: textField(fields, "environment", key) as EnvironmentId,
      ...(fields.has("startedAt") && { startedAt: numberField(fields, "startedAt", key) }),
    },
  ];
};

const summaryOf = (fields: Fields): StatusSummary =>
  Object.fromEntries(
    JOB_STATUSES.map((status) => [status, Number(fields.get(`n:${status}`) ?? 0)] as const).filter(([, n]) => n !== 0),
  );

const optional = <Name extends "startedAt" | "stoppedAt">(
  fields: Fields,
  name: Name,
  key: string,
): Partial<Record<Name, number>> =>
  (fields.has(name) ? { [name]: numberField(fields, name, key) } : {}) as Partial<Record<Name, number>>;

/** A job out of what was read of it; `undefined` where there is none. Throws BrokenRecordError. */
export const jobOfAnswer = (id: JobId, answer: JobAnswer): Job | undefined => {
  if (answer.length === 0) return undefined;
  const [own, array, status, endedText, aside, front, before] = answer;
  const key = KEYS.job + id;
  const child = childParts(id);
  const of = fieldsOf(array);
  const mine = child ? fieldsOf(own) : of;
  const { arraySize, ...fixed } = jsonField<FixedJob>(of, "fixed", key);
  const ended = endedText === "" ? undefined : parseJson<EndedChild>(endedText, "its end", key);
  // A child nobody met before its array was ended has no end of its own.
  const wasCut = child !== undefined && status === "FAILED" && !ended;
  const stop = mine.get("stop") ?? (wasCut ? of.get("stop") : undefined);
  const reason = ended?.reason ?? (wasCut ? cutReason(of, key) : mine.get("reason"));
  const readyAt = Number(mine.get("readyAt") ?? of.get("readyAt") ?? textField(of, "createdAt", key));
  const attempts = ended?.attempts ?? [...attemptsIn(mine, key), ...currentAttempt(id, mine, key)];
  // A short attempt ends before it was seen running: when it began, its end tells.
  const lastStart = status === "SUCCEEDED" || status === "FAILED" ? attempts.at(-1)?.startedAt : undefined;
  const startedAt = ended?.startedAt ?? optional(mine, "startedAt", key).startedAt ?? lastStart;
  const waiting = status === "RUNNABLE" ? waitingOf(aside, front, before, readyAt, key) : undefined;
  return {
    ...fixed,
    id,
    name: textField(of, "name", key),
    queue: textField(of, "queue", key) as QueueId,
    container: jsonField(of, "container", key),
    retry: jsonField(of, "retry", key),
    tags: jsonField(of, "tags", key),
    createdAt: numberField(of, "createdAt", key),
    status,
    ...(child ? { child } : { ...(arraySize !== undefined && { arraySize, summary: summaryOf(of) }) }),
    ...(reason && { statusReason: reason }),
    ...(startedAt !== undefined && { startedAt }),
    ...(ended ? { stoppedAt: ended.stoppedAt } : optional(wasCut ? of : mine, "stoppedAt", key)),
    attempts,
    ...(stop && { stop: parseJson<JobStop>(stop, "stop", key) }),
    ...(waiting && { waiting, statusReason: `${waiting.code} - ${waiting.text}` }),
  };
};

const cutReason = (array: Fields, key: string): string | undefined => {
  const stop = array.get("stop");
  return stop === undefined ? array.get("reason") : parseJson<JobStop>(stop, "stop", key).reason;
};

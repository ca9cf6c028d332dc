import { counted, listed, shortJobId } from "../views/words.ts";
import type { JobSight, LabJob } from "./job-sight.ts";
import type { LabStep } from "./lab.ts";

type Check = LabStep<JobSight>["missing"];

const of = ({ jobs }: JobSight, name: string): LabJob[] => jobs.filter((job) => job.name === name);
const codes = ({ attempts }: LabJob): string => listed(attempts.map(({ exitCode }) => String(exitCode ?? "none")));
const isOver = ({ status }: LabJob): boolean => status === "SUCCEEDED" || status === "FAILED";

const notYet = (name: string, jobs: readonly LabJob[]): string =>
  jobs[0]
    ? `${name} (${shortJobId(jobs[0].id)}) is ${jobs[0].status}: wait for it to end`
    : `no job ${name} was submitted`;

/** A job may be tried once, and failed with that code. */
export const failedWithoutRetry =
  (name: string, exitCode: number): Check =>
  (sight) => {
    const single = of(sight, name).filter(({ attemptsAllowed }) => attemptsAllowed === 1);
    if (single.some(({ status, attempts }) => status === "FAILED" && attempts[0]?.exitCode === exitCode))
      return undefined;
    const [last] = single.filter(isOver);
    if (!last) return notYet(name, single);
    return `${name} (${shortJobId(last.id)}) ${last.status === "FAILED" ? "failed" : "succeeded"} with ${codes(last)}, not with ${exitCode}`;
  };

/** A job failed with that code first and succeeded at a later attempt, by rules. */
export const succeededAtSecondAttempt =
  (name: string, exitCode: number): Check =>
  (sight) => {
    const ruled = of(sight, name).filter(({ hasExitRules, attemptsAllowed }) => hasExitRules && attemptsAllowed > 1);
    const isIt = ({ status, attempts }: LabJob): boolean =>
      status === "SUCCEEDED" && attempts.length > 1 && attempts[0]?.exitCode === exitCode;
    if (ruled.some(isIt)) return undefined;
    if (ruled.length === 0)
      return `no ${name} was submitted with retries and a rule that says which failures they are for`;
    const [last] = ruled.filter(isOver);
    return last
      ? `${name} (${shortJobId(last.id)}) ended with ${codes(last)}: its rules did not match`
      : notYet(name, ruled);
  };

/** A job failed with that code and was not tried again, though it could have been. */
export const gaveUpAtOnce =
  (name: string, exitCode: number): Check =>
  (sight) => {
    const failed = of(sight, name).filter(
      ({ status, hasExitRules, attemptsAllowed }) => status === "FAILED" && hasExitRules && attemptsAllowed > 1,
    );
    const withCode = failed.filter(({ attempts }) => attempts[0]?.exitCode === exitCode);
    if (withCode.some(({ attempts }) => attempts.length === 1)) return undefined;
    const [again] = withCode;
    if (again)
      return `${name} (${shortJobId(again.id)}) was tried ${again.attempts.length} times: no rule said EXIT for ${exitCode}, and what no rule matches is retried`;
    return `no ${name} with retries and rules has failed with ${exitCode}`;
  };

/** All children of an array succeeded. */
export const arraySucceeded =
  (name: string, size: number): Check =>
  (sight) => {
    const arrays = of(sight, name).filter(({ children }) => children.length > 0);
    const whole = arrays.filter(({ status, children }) => status === "SUCCEEDED" && children.length >= size);
    if (whole.length > 0) return undefined;
    const [last] = arrays;
    if (!last) return `no array ${name} has run`;
    const done = last.children.filter(({ status }) => status === "SUCCEEDED").length;
    return `of ${name} (${shortJobId(last.id)}) ${counted(done, "child").replace("childs", "children")} succeeded, and there should be ${size}`;
  };

/** A job in one queue started before a child of an array that had been waiting in another for longer. */
export const overtook =
  (fast: { name: string; queue: string }, slow: { name: string; queue: string }): Check =>
  (sight) => {
    const urgent = of(sight, fast.name).filter(({ queue }) => queue === fast.queue);
    const arrays = of(sight, slow.name).filter(({ queue }) => queue === slow.queue);
    if (arrays.length === 0) return `no ${slow.name} was submitted to ${slow.queue}`;
    if (urgent.length === 0) return `no ${fast.name} was submitted to ${fast.queue}`;
    const isOvertaking = (job: LabJob): boolean =>
      job.startedAt !== undefined &&
      arrays.some(
        ({ createdAt, children }) =>
          createdAt < job.createdAt &&
          children.some(({ startedAt }) => startedAt !== undefined && startedAt > job.startedAt!),
      );
    if (urgent.some(isOvertaking)) return undefined;
    if (urgent.some(({ startedAt }) => startedAt === undefined)) return `${fast.name} has not started yet`;
    return `when ${fast.name} came, no child of ${slow.name} was waiting (or none has started since): submit it while some wait`;
  };

/** A job asked for more than there is, and was ended by the learner. */
export const wasSetAsideAndCancelled =
  (name: string, leastVcpus: number): Check =>
  (sight) => {
    const large = of(sight, name).filter(({ vcpus }) => vcpus >= leastVcpus);
    if (large.some(({ isCancelled, status }) => isCancelled && status === "FAILED")) return undefined;
    const [waiting] = large.filter(({ status }) => !isFinal(status));
    if (!waiting) return `no ${name} of ${leastVcpus} vCPUs was submitted and cancelled`;
    return waiting.reason.startsWith("MISCONFIGURATION")
      ? `${name} (${shortJobId(waiting.id)}) still waits: read berth why, then cancel it`
      : `${name} (${shortJobId(waiting.id)}) is ${waiting.status}, and no reason is on record yet`;
  };

const isFinal = (status: string): boolean => status === "SUCCEEDED" || status === "FAILED";

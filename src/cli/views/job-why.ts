import type { JobAttemptAnswer, JobWhyAnswer } from "../answers.ts";
import { reasonWords } from "./job-words.ts";
import { ago, lasted, listed, shortId, shortJobId } from "./words.ts";

type Dependency = JobWhyAnswer["dependencies"][number];

const dependencyWords = ({ jobId, type, status }: Dependency): string => {
  if (jobId === undefined) return "the child before it";
  const pairwise = type === "N_TO_N" ? ", child by child" : "";
  return `${shortJobId(jobId)} (${status ?? "gone"}${pairwise})`;
};

/** What a job that has not started waits for, in numbers; nothing of one that has. */
export const waitingSentences = (
  { status, statusReason, waiting, position, dependencies, createdAt }: JobWhyAnswer,
  now: number,
): string[] => {
  if (status === "PENDING" || status === "SUBMITTED") {
    const open = dependencies.filter((one) => one.status !== "SUCCEEDED");
    // An array whose own dependencies are met is PENDING until its children have ended.
    if (open.length === 0) return statusReason ? [statusReason] : [];
    const waits = `It has waited ${lasted(now - createdAt)} for ${listed(open.map(dependencyWords))}.`;
    return [waits, ...(statusReason ? [statusReason] : [])];
  }
  if (status !== "RUNNABLE") return [];
  if (!waiting) return [`It waits for its turn${statusReason ? `: ${statusReason}` : "; no reason is known yet"}.`];
  const { code, text, since } = waiting;
  const began = code.startsWith("MISCONFIGURATION") ? "It was set aside" : "It began to wait for this";
  const turn = position === 1 ? "It is first in its queue." : `It is number ${position} in its queue.`;
  return [`${code}: ${text}`, `${began} ${lasted(now - since)} ago.${position === undefined ? "" : ` ${turn}`}`];
};

const attemptSentence = (
  { attempt, host, taskId, startedAt, stoppedAt, exitCode, reason, statusReason }: JobAttemptAnswer,
  now: number,
): string => {
  const where = `Attempt ${attempt}, task ${shortId(taskId)} on ${host},`;
  if (stoppedAt === undefined) return startedAt ? `${where} runs for ${lasted(now - startedAt)}.` : `${where} starts.`;
  const code = exitCode === undefined ? "without an exit code" : `with ${exitCode}`;
  const why = reasonWords({ statusReason, container: { reason } });
  return `${where} ended ${ago(stoppedAt, now)} ago ${code}${why ? `: ${why.replace(/\.$/, "")}` : ""}.`;
};

/** Why a job is in the state it is in. */
export const jobWhyText = (why: JobWhyAnswer, now: number): string => {
  const { jobId, jobName, jobQueue, status, statusReason, attempts } = why;
  const waits = waitingSentences(why, now);
  return [
    `Job ${jobName} (${shortJobId(jobId)}) in queue ${jobQueue} is ${status}.`,
    ...waits,
    ...(waits.length === 0 && statusReason ? [statusReason] : []),
    ...attempts.map((attempt) => attemptSentence(attempt, now)),
  ].join("\n");
};

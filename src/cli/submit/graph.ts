import type { SubmitJobCommandOutput } from "@aws-sdk/client-batch";
import pLimit from "p-limit";
import type { Batch } from "../batch.ts";
import { CliError } from "../failure.ts";
import { asJobOptions, commandOf, dependenciesOf } from "../jobs-file/as-submission.ts";
import { submissionOrder } from "../jobs-file/order.ts";
import type { JobEntry } from "../jobs-file/schema.ts";
import { patience } from "../patience.ts";
import { listed } from "../views/words.ts";
import { definitionFor } from "./definition.ts";
import { DEFAULT_QUEUE } from "./options.ts";
import { submissionOf } from "./request.ts";

/** Definitions may come in any order; jobs may not, a queue is first come, first served. */
const AT_ONCE = 16;

type Jobs = Readonly<Record<string, JobEntry>>;
export type Submitted = Pick<SubmitJobCommandOutput, "jobArn" | "jobId" | "jobName">;

interface GraphDeps {
  readonly batch: Batch;
  readonly signal: AbortSignal;
}

/**
 * Submits the jobs of a file, each after those it depends on, under the keys `KEY/NAME`: the same file and key again submit what is
 * missing and nothing twice. Queues and definitions that do not exist are told before anything is submitted. Throws CliError.
 */
export const submitGraph = async ({ batch, signal }: GraphDeps, jobs: Jobs, key: string): Promise<Submitted[]> => {
  await checkQueues(batch, jobs);
  await checkDefinitions(batch, jobs);
  const order = submissionOrder(jobs);
  const definitions = new Map<string, string>();
  await pLimit(AT_ONCE).map(order, async (name) => {
    signal.throwIfAborted();
    definitions.set(name, await definitionFor(batch, name, commandOf(jobs[name]!), asJobOptions(jobs[name]!)));
  });
  const submitted = new Map<string, Submitted>();
  const idOf = (name: string): string => submitted.get(name)?.jobId ?? "";
  try {
    for (const name of order) {
      signal.throwIfAborted();
      const job = jobs[name]!;
      const dependsOn = dependenciesOf(job, idOf);
      const request = submissionOf(name, definitions.get(name) ?? "", commandOf(job), asJobOptions(job));
      const { jobArn, jobId, jobName } = await untilAnswered(signal, () =>
        batch.submitJob({ ...request, ...(dependsOn.length > 0 && { dependsOn }) }, `${key}/${name}`),
      );
      submitted.set(name, { jobArn, jobId, jobName });
    }
  } catch (error) {
    if (isConflict(error)) throw new CliError(`${order[submitted.size]}: ${(error as Error).message}`);
    throw submitted.size === 0 ? error : partly(submitted.size, order.length, key, error, signal.aborted);
  }
  return [...submitted.values()];
};

/** A control plane that is away is waited for: under its key a submission may be repeated. */
const untilAnswered = async <Answer extends object>(
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> => {
  const patient = patience(signal);
  for (;;) {
    const answer = await ask().catch(patient.wait);
    if (answer) return answer;
  }
};

/** The key was used for other jobs: repeating it would end in the same way. */
const isConflict = (error: unknown): boolean => error instanceof Error && /Idempotency-Key/.test(error.message);

const partly = (done: number, all: number, key: string, cause: unknown, isInterrupted: boolean): CliError => {
  const why = isInterrupted ? "interrupted" : cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
  return new CliError(`${done} of ${all} jobs are submitted; the next is not: ${why}`, {
    hint: `the rest, and nothing twice: the same command with --once ${key}`,
    exitCode: isInterrupted ? 130 : 1,
  });
};

const checkQueues = async (batch: Batch, jobs: Jobs): Promise<void> => {
  const names = [...new Set(Object.values(jobs).map(({ queue = DEFAULT_QUEUE }) => queue))];
  for (let at = 0; at < names.length; at += 100) {
    const asked = names.slice(at, at + 100);
    const { jobQueues = [] } = await batch.describeJobQueues({ jobQueues: asked });
    const missing = asked.filter((name) => !jobQueues.some(({ jobQueueName }) => jobQueueName === name));
    if (missing.length > 0) throw missingError("queue", missing, "berth queues");
  }
};

const checkDefinitions = async (batch: Batch, jobs: Jobs): Promise<void> => {
  const names = [...new Set(Object.values(jobs).flatMap(({ definition }) => definition ?? []))];
  const missing: string[] = [];
  for (const name of names) {
    const { jobDefinitions = [] } = await batch.describeJobDefinitions({ jobDefinitions: [name] });
    if (!jobDefinitions.some(({ status }) => status === "ACTIVE")) missing.push(name);
  }
  if (missing.length > 0) throw missingError("active job definition", missing, "aws batch describe-job-definitions");
};

const missingError = (what: string, names: readonly string[], see: string): CliError =>
  new CliError(`there is no ${what} ${listed(names)}`, { hint: `nothing was submitted; see them with: ${see}` });

import { Type } from "typebox";
import type { Caller } from "../../kernel/operation.ts";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import { ResourceNotFoundException } from "../model/errors.ts";
import { scopedName } from "../model/ids.ts";
import type { Job } from "../model/job.ts";
import type { BatchDeps } from "./deps.ts";
import { findJobs } from "./find-jobs.ts";
import { jobParams, moment } from "./own-schemas.ts";

const FRONT = 1_000;
const maybe = Type.Optional;
const text = Type.String();

const whySchema = Type.Object({
  jobId: text,
  jobName: text,
  jobQueue: text,
  status: text,
  statusReason: maybe(text),
  createdAt: moment,
  startedAt: maybe(moment),
  stoppedAt: maybe(moment),
  waiting: maybe(
    Type.Object(
      { code: text, text, since: moment },
      { description: "Why a RUNNABLE job has not started, in numbers, and since when" },
    ),
  ),
  position: maybe(
    Type.Integer({ description: `Its place in the queue, from 1, where it is among the first ${FRONT}` }),
  ),
  dependencies: Type.Array(Type.Object({ jobId: maybe(text), type: text, status: maybe(text) })),
  attempts: Type.Array(
    Type.Object({
      attempt: Type.Integer(),
      taskId: Type.String({ description: "Why it is on its host: GET /tasks/{id}/placement" }),
      host: text,
      startedAt: maybe(moment),
      stoppedAt: maybe(moment),
      exitCode: maybe(Type.Integer()),
      reason: maybe(text),
      statusReason: maybe(text),
    }),
  ),
});

/** The job that a path names. Throws ResourceNotFoundException. */
export const jobOf = async (deps: Pick<BatchDeps, "jobs">, id: string, caller: Caller): Promise<Job> => {
  const [job] = await findJobs(deps.jobs, [id], caller);
  if (!job) throw new ResourceNotFoundException(`Job ${id} does not exist.`);
  return job;
};

/** Why a job is in the state it is in. */
export const jobWhyOperation = (deps: Pick<BatchDeps, "jobs">): OwnOperation =>
  ownOperation({
    name: "DescribeJobPlacement",
    summary:
      "Why a job waits, in numbers: what it depends on, its place in the queue, what no host has; and where it ran",
    method: "GET",
    path: "/batch/jobs/{id}/placement",
    params: jobParams,
    answer: "json",
    status: 200,
    output: whySchema,
    async handle({ params, caller }) {
      const job = await jobOf(deps, params.id, caller);
      const [dependencies, position] = await Promise.all([dependenciesOf(deps, job), positionOf(deps, job)]);
      const statusReason = job.statusReason ?? job.waiting?.text;
      return {
        jobId: job.id,
        jobName: job.name,
        jobQueue: scopedName(job.queue).name,
        status: job.status,
        ...(statusReason !== undefined && { statusReason }),
        createdAt: job.createdAt,
        ...(job.startedAt !== undefined && { startedAt: job.startedAt }),
        ...(job.stoppedAt !== undefined && { stoppedAt: job.stoppedAt }),
        ...(job.waiting && { waiting: job.waiting }),
        ...(position > 0 && { position }),
        dependencies,
        attempts: job.attempts.map(({ task, environment: _, ...attempt }) => ({ ...attempt, taskId: task })),
      };
    },
  });

const dependenciesOf = async ({ jobs }: Pick<BatchDeps, "jobs">, { dependsOn }: Job) => {
  const named = dependsOn.flatMap((one) => (one.type === "SEQUENTIAL" ? [] : [one.job]));
  const found = named.length > 0 ? await jobs.get(named) : [];
  const statusById = new Map(found.flatMap((job) => (job ? [[job.id, job.status] as const] : [])));
  return dependsOn.map((one) => {
    if (one.type === "SEQUENTIAL") return { type: one.type };
    const status = statusById.get(one.job);
    return { jobId: one.job, type: one.type, ...(status && { status }) };
  });
};

const positionOf = async ({ jobs }: Pick<BatchDeps, "jobs">, job: Job): Promise<number> => {
  if (job.status !== "RUNNABLE") return 0;
  return (await jobs.front(job.queue, FRONT)).findIndex(({ id }) => id === job.id) + 1;
};

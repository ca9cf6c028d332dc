import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import { ClientException } from "../model/errors.ts";
import type { JobAttempt } from "../model/job.ts";
import { JOB_CONTAINER } from "../model/log-stream.ts";
import type { BatchDeps } from "./deps.ts";
import { jobOf } from "./job-why.ts";
import { jobParams } from "./own-schemas.ts";

const lineSchema = Type.Object({
  attempt: Type.Integer(),
  stream: Type.Union([Type.Literal("stdout"), Type.Literal("stderr")]),
  at: Type.String({ format: "date-time", description: "With nanoseconds, the engine's own stamp" }),
  text: Type.String(),
  partial: Type.Optional(Type.Literal(true, { description: "The line goes on in the next one" })),
});

type Line = { readonly stream: "stdout" | "stderr"; readonly at: string; readonly text: string };

/** What a job printed. */
export const jobLogsOperation = (deps: Pick<BatchDeps, "jobs" | "fleet">): OwnOperation =>
  ownOperation({
    name: "ReadJobLogs",
    summary: "What a job's attempts printed, the earliest first; with follow until the one under way has ended",
    method: "GET",
    path: "/batch/jobs/{id}/logs",
    params: jobParams,
    query: Type.Object(
      {
        attempt: Type.Optional(Type.Integer({ minimum: 1, description: "All attempts where absent" })),
        follow: Type.Optional(Type.Boolean()),
        tail: Type.Optional(Type.Integer({ minimum: 0, description: "Only so many last lines of each attempt" })),
      },
      { additionalProperties: false },
    ),
    answer: "lines",
    output: lineSchema,
    async handle({ params, query, caller, signal }) {
      const job = await jobOf(deps, params.id, caller);
      if (job.arraySize !== undefined && !job.child)
        throw new ClientException(`Job ${job.id} is an array: its children print, ${job.id}:0 and so on.`);
      const attempts = job.attempts.filter(({ attempt }) => query.attempt === undefined || attempt === query.attempt);
      if (query.attempt !== undefined && attempts.length === 0)
        throw new ClientException(`Job ${job.id} has no attempt ${query.attempt}; it has ${job.attempts.length}.`);
      const { follow = false, tail } = query;
      return linesOf(deps, attempts, { follow, signal, ...(tail !== undefined && { tail }) });
    },
  });

async function* linesOf(
  { fleet }: Pick<BatchDeps, "fleet">,
  attempts: readonly JobAttempt[],
  options: Parameters<BatchDeps["fleet"]["logs"]>[2],
): AsyncIterable<Line & { readonly attempt: number }> {
  for (const { attempt, task } of attempts)
    for await (const { stream, at, text, partial } of fleet.logs(task, JOB_CONTAINER, options))
      yield { attempt, stream, at, text, ...(partial && { partial }) };
}

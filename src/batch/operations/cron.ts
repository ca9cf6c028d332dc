import type { SubmitJobRequest } from "@aws-sdk/client-batch";
import { Type } from "typebox";
import { type OwnOperation, ownOperation } from "../../kernel/own-operation.ts";
import type { RecordStore } from "../../kernel/records.ts";
import { nextDue, scheduleProblem } from "../../kernel/schedule.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { WorkQueue } from "../../kernel/work-queue.ts";
import { type CronRecord, cronId, cronTerms } from "../model/cron.ts";
import { ClientException, ResourceAlreadyExistsException, ResourceNotFoundException } from "../model/errors.ts";
import { checkName } from "../model/names.ts";
import { checkSubmission } from "../model/validate-submission.ts";
import type { BatchDeps } from "./deps.ts";
import { findActiveDefinition } from "./find-definition.ts";
import { findNamed } from "./find-named.ts";
import { cronSchema, submissionSchema } from "./own-schemas.ts";

export interface CronDeps extends Pick<BatchDeps, "jobDefinitions" | "jobQueues" | "clock"> {
  readonly crons: RecordStore<CronRecord>;
  readonly cronQueue: WorkQueue;
}

/** Jobs that are submitted again and again, by EventBridge's schedules. */
export const cronOperations = (deps: CronDeps): OwnOperation[] => {
  const { crons, cronQueue, clock } = deps;
  return [
    ownOperation({
      name: "CreateCron",
      summary: "Submits a job whenever a schedule is due: cron(0 8 ? * MON-FRI *) or rate(5 minutes)",
      method: "POST",
      path: "/batch/cron",
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 128 }),
          expression: Type.String({ maxLength: 256 }),
          timeZone: Type.Optional(Type.String({ description: "Of a cron(…): Europe/Berlin; UTC where absent" })),
          job: submissionSchema,
        },
        { additionalProperties: false },
      ),
      answer: "json",
      status: 201,
      output: cronSchema,
      async handle({ body: { name, expression, timeZone, job }, caller }) {
        checkName("name", name);
        const { account, region } = caller;
        const now = clock.now();
        const schedule = { expression, startsAt: now, ...(timeZone !== undefined && { timeZone }) };
        const problem = scheduleProblem(schedule);
        if (problem !== undefined) throw new ClientException(`expression is refused: ${problem}.`);
        const request = job as SubmitJobRequest;
        await checkJob(deps, request, caller);
        const record: CronRecord = { account, region, name, schedule, job: request, createdAt: now };
        const id = cronId(record);
        if (!(await crons.create(id, record, cronTerms(record))))
          throw new ResourceAlreadyExistsException(
            `A schedule ${name} exists already. Delete it first, or use another name.`,
          );
        await cronQueue.schedule(id, schedule, { name: "due", data: { id } });
        return view(record, now);
      },
    }),
    ownOperation({
      name: "ListCrons",
      summary: "Schedules that submit jobs, with when each is due next and what came of the last time",
      method: "GET",
      path: "/batch/cron",
      answer: "json",
      status: 200,
      output: Type.Array(cronSchema),
      async handle({ caller }) {
        const stored = await crons.get(await crons.find(cronTerms(caller)));
        return stored.flatMap((one) => (one ? [view(one.value, clock.now())] : []));
      },
    }),
    ownOperation({
      name: "DeleteCron",
      summary: "Submits no more jobs by a schedule; those that were submitted go on",
      method: "DELETE",
      path: "/batch/cron/{name}",
      params: Type.Object({ name: Type.String({ minLength: 1 }) }),
      answer: "json",
      status: 204,
      async handle({ params, caller }) {
        const { account, region } = caller;
        const id = cronId({ account, region, name: params.name });
        await cronQueue.callOff(id);
        if (!(await crons.remove(id))) throw new ResourceNotFoundException(`Schedule ${params.name} does not exist.`);
      },
    }),
  ];
};

/** What would be refused every time is refused now. */
const checkJob = async (deps: CronDeps, request: SubmitJobRequest, scope: Scope): Promise<void> => {
  checkSubmission(request);
  if (!(await findNamed(deps.jobQueues, "job-queue", request.jobQueue ?? "", scope)))
    throw new ClientException(`JobQueue ${request.jobQueue} not found.`);
  await findActiveDefinition(deps, request.jobDefinition ?? "", scope);
};

const view = ({ name, schedule, job, createdAt, last }: CronRecord, now: number) => {
  const next = nextDue(schedule, now);
  const { expression, timeZone } = schedule;
  return {
    name,
    expression,
    ...(timeZone !== undefined && { timeZone }),
    job,
    createdAt,
    ...(next !== undefined && { nextDue: next }),
    ...(last && { last }),
  };
};

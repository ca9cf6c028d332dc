import { Command } from "commander";
import type { JobLogAnswer, LogAnswer } from "../answers.ts";
import { wholeNumber } from "../arguments.ts";
import { usageError } from "../failure.ts";
import { describeJobs } from "../find-jobs.ts";
import { findTaskOrJob, type TaskOrJob } from "../find-task-or-job.ts";
import { hasEnded } from "../job-statuses.ts";
import { jobLogLines, logLines } from "../log-lines.ts";
import type { Session } from "../session.ts";
import { named } from "../views/job-words.ts";
import { shortJobId } from "../views/words.ts";

export interface LogsOptions {
  readonly follow?: boolean;
  readonly container?: string;
  readonly attempt?: number;
  readonly tail?: number;
  readonly timestamps?: boolean;
  readonly json?: boolean;
}

/** A line as the container wrote it: one that was too long for the engine goes on in the next. */
export const logText = (
  line: LogAnswer | JobLogAnswer,
  { timestamps = false, named = false }: { timestamps?: boolean; named?: boolean } = {},
): string => {
  const name = named && "container" in line ? `${line.container} | ` : "";
  return `${timestamps ? `${line.at} ` : ""}${name}${line.text}${line.partial ? "" : "\n"}`;
};

const linesOf = (
  { api, interrupted }: Pick<Session, "api" | "interrupted">,
  found: TaskOrJob,
  { follow = false, container, attempt, tail }: LogsOptions,
): AsyncIterable<LogAnswer | JobLogAnswer> => {
  const query = { follow, ...(tail !== undefined && { tail }) };
  if ("job" in found) {
    if (container !== undefined) throw usageError("--container is for tasks: a job has one container");
    return jobLogLines(api(), found.job, { ...query, ...(attempt !== undefined && { attempt }) }, interrupted);
  }
  if (attempt !== undefined) throw usageError("--attempt is for jobs: a task is one attempt");
  return logLines(api(), found.task.id, { ...query, ...(container !== undefined && { container }) }, interrupted);
};

/** Prints what a task or a job wrote. */
export const printLogs = async (
  session: Pick<Session, "api" | "ecs" | "batch" | "out" | "interrupted">,
  text: string,
  options: LogsOptions,
): Promise<void> => {
  const found = await findTaskOrJob(session, text);
  let hasTold = false;
  for await (const line of linesOf(session, found, options)) {
    hasTold = true;
    if (options.json) session.out.line(JSON.stringify(line));
    else session.out.raw(line.stream, logText(line, { timestamps: options.timestamps ?? false }));
  }
  if (!hasTold && "job" in found) await tellWhySilent(session, found.job);
};

/** A job that has not started has nothing to tell, also to those who follow it. */
const tellWhySilent = async ({ batch, out }: Pick<Session, "batch" | "out">, id: string): Promise<void> => {
  const [job] = await describeJobs(await batch(), [id]);
  if (!job || hasEnded(job)) return;
  out.note(`${named(job)} is ${job.status} and has written nothing yet; see: berth why ${shortJobId(id)}`);
};

const EXAMPLES = `
Examples:
  berth logs 3f2a91c0
  berth logs -f --container web --tail 20 3f2a91c0
  berth logs --attempt 1 nightly      the newest job of that name
  berth logs 77aa12de:3               a child of an array`;

export const logsCommand = (session: Session): Command =>
  new Command("logs")
    .description("print what a task's containers or a job wrote, each to the stream it wrote to")
    .argument("<task-or-job>", "a task's or job's id, or its beginning, or a job's name")
    .option("-f, --follow", "go on until the task, or the job's attempt under way, has ended")
    .option("--container <name>", "only this container's")
    .option("--attempt <number>", "only this attempt of a job", wholeNumber(1, 10))
    .option("--tail <lines>", "only the last lines of each container or attempt", wholeNumber(0, 1_000_000))
    .option("-t, --timestamps", "with the engine's time stamps")
    .option("--json", "print one JSON object a line, with its stream, at and text")
    .addHelpText("after", EXAMPLES)
    .action((text: string, options: LogsOptions) => printLogs(session, text, options));

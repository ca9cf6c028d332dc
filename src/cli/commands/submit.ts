import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { many } from "../arguments.ts";
import { CliError, usageError } from "../failure.ts";
import { isArray } from "../job-statuses.ts";
import { parseJobs } from "../jobs-file/parse.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { definitionFor } from "../submit/definition.ts";
import { dependencyOf } from "../submit/dependencies.ts";
import { detached } from "../submit/detached.ts";
import { followJob } from "../submit/follow.ts";
import { type Submitted, submitGraph } from "../submit/graph.ts";
import { type JobOptions, withJobOptions } from "../submit/options.ts";
import { submissionOf } from "../submit/request.ts";
import { exitCodeOfAll, type WaitDeps, waitForJobs } from "../submit/wait.ts";

export interface SubmitOptions extends JobOptions {
  readonly file?: string;
  readonly dependsOn?: readonly string[];
  readonly once?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Submits one job. A submission that is repeated because no answer came is the same job: every one has a key. */
export const submitJob = async (
  { batch }: Pick<WaitDeps, "batch">,
  name: string,
  command: readonly string[],
  options: SubmitOptions,
): Promise<Submitted> => {
  if (options.onExit && options.retries === undefined)
    throw usageError("--on-exit says which failures to try again: give --retries too");
  const dependsOn = await Promise.all((options.dependsOn ?? []).map((text) => dependencyOf(batch, text)));
  const definition = await definitionFor(batch, name, command, options);
  const request = submissionOf(name, definition, command, options);
  const { jobArn, jobId, jobName } = await batch.submitJob(
    { ...request, ...(dependsOn.length > 0 && { dependsOn }) },
    options.once ?? randomUUID(),
  );
  return { jobArn, jobId, jobName };
};

/** Tells what was submitted; with `--wait` follows it to its end. Resolves to the exit code. */
export const tellSubmitted = async (
  deps: WaitDeps,
  submitted: readonly Submitted[],
  isGraph: boolean,
  { wait, json }: SubmitOptions,
): Promise<number> => {
  const { out, signal } = deps;
  const ids = submitted.map(({ jobId = "" }) => jobId);
  if (!wait) {
    if (json) printJson(out, isGraph ? submitted : submitted[0]);
    else for (const { jobName, jobId } of submitted) out.line(isGraph ? `${jobName} ${jobId}` : `${jobId}`);
    return 0;
  }
  try {
    // With --json stdout is the document's: what containers write goes to stderr.
    const shown: Out = json ? { ...out, raw: (_stream, text) => out.raw("stderr", text) } : out;
    const ended = await follow({ ...deps, out: shown }, ids, isGraph);
    if (json) printJson(out, isGraph ? ended : ended[0]);
    return exitCodeOfAll(ended);
  } catch (error) {
    throw signal.aborted ? detached(ids) : error;
  }
};

const follow = async (deps: WaitDeps, ids: readonly string[], isGraph: boolean) => {
  const [id = ""] = ids;
  const { jobs: [job] = [] } = isGraph ? {} : await deps.batch.describeJobs({ jobs: [id] });
  return isGraph || (job && isArray(job)) ? waitForJobs(deps, ids) : [await followJob(deps, id)];
};

const textOf = (file: string): string => {
  try {
    // `-` is standard input, as elsewhere.
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`, { exitCode: 2 });
  }
};

const key = (text: string): string => {
  if (/^[\x21-\x7e]{1,120}$/.test(text)) return text;
  throw new InvalidArgumentError("give 1 to 120 visible characters, without spaces.");
};

const EXAMPLES = `
Examples:
  berth submit --wait --image berth/busybox hello -- echo hello
  berth submit --image berth/busybox --array 50 --retries 2 shards -- sh -c 'echo shard $AWS_BATCH_JOB_ARRAY_INDEX'
  berth submit --definition load:3 --depends-on shards --once nightly-2026-01-31 load
  berth submit -f jobs.yaml --wait`;

export const submitCommand = (session: Session): Command =>
  withJobOptions(
    new Command("submit")
      .description("submit a job to a queue, or with -f all jobs of a file")
      .argument("[name]", "the job's name")
      .argument("[command...]", "the command, after --"),
  )
    .option(
      "--depends-on <job>",
      "a job that must succeed first: id or name, JOB:INDEX, JOB:N_TO_N, or SEQUENTIAL; may be repeated",
      many((text: string) => text),
    )
    .option("--once <key>", "submit under this key: the same key again is the same job, not another one", key)
    .addOption(
      new Option("-f, --file <file>", "submit the jobs of this file, a whole graph (- is stdin)").conflicts(ONE_JOB),
    )
    .option("--wait", "follow it to its end; the exit code is the job's, of several 0 only if all succeeded")
    .option("--json", "print the jobs as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (name: string | undefined, command: string[], options: SubmitOptions) => {
      const { file } = options;
      if ((name === undefined) === (file === undefined)) throw usageError("give a job's name, or a file with -f");
      // A file that is wrong is told before Berth is asked for anything.
      const jobs = file === undefined ? undefined : parseJobs(textOf(file), file === "-" ? "stdin" : file);
      const { out, interrupted: signal } = session;
      const deps = { batch: await session.batch(), api: session.api(), out, signal };
      const submitted = jobs
        ? await submitGraph(deps, jobs, options.once ?? randomUUID())
        : [await submitJob(deps, name ?? "", command, options)];
      process.exitCode = await tellSubmitted(deps, submitted, jobs !== undefined, options);
    });

/** Options that say what one job is. */
const ONE_JOB = [
  "image",
  "definition",
  "vcpus",
  "memory",
  "env",
  "parameter",
  "array",
  "retries",
  "onExit",
  "timeout",
  "queue",
  "share",
  "priority",
  "dependsOn",
];

import { Command } from "commander";
import type { Batch } from "../batch.ts";
import { CliError } from "../failure.ts";
import { describeJobs, findJob } from "../find-jobs.ts";
import { hasEnded, isArray } from "../job-statuses.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { named } from "../views/job-words.ts";
import { listed, shortJobId } from "../views/words.ts";

export interface CancelOptions {
  readonly terminate?: boolean;
  readonly reason: string;
  readonly json?: boolean;
}

/**
 * Ends jobs, all found before the first is touched. Without `--terminate` only those that have not started: Batch answers a
 * CancelJob of a running one with success and does nothing, so that is refused here.
 */
export const cancelJobs = async (
  { batch, out }: { batch: Batch; out: Out },
  texts: readonly string[],
  { terminate, reason, json }: CancelOptions,
): Promise<void> => {
  const ids = await Promise.all(texts.map((text) => findJob(batch, text)));
  const jobs = await describeJobs(batch, ids);
  const ended = jobs.filter(hasEnded);
  const started = terminate ? [] : jobs.filter(({ status }) => status === "STARTING" || status === "RUNNING");
  if (ended.length > 0)
    throw new CliError(`${listed(ended.map(named))} ended already`, { hint: "nothing was changed" });
  if (started.length > 0) {
    const short = started.map(({ jobId }) => shortJobId(jobId)).join(" ");
    throw new CliError(`${listed(started.map(named))} started already`, {
      hint: `nothing was changed; end what runs with: berth cancel --terminate ${short}`,
    });
  }
  const end = terminate ? batch.terminateJob.bind(batch) : batch.cancelJob.bind(batch);
  for (const jobId of ids) await end({ jobId, reason });
  if (json) return printJson(out, await describeJobs(batch, ids));
  for (const job of jobs) {
    const how = isArray(job) && !terminate ? "children that have not started are cancelled" : "is ending";
    out.line(`${named(job)}${isArray(job) && !terminate ? ": " : " "}${how}`);
  }
};

export const cancelCommand = (session: Session): Command =>
  new Command("cancel")
    .description("cancel jobs that have not started; with --terminate end those that run, too")
    .argument(
      "<job...>",
      "jobs' ids or their beginnings (of an array's child with :INDEX), or names that one job bears",
    )
    .option("--terminate", "end those that run, too: TERM, 30 seconds, KILL")
    .option("--reason <text>", "what the job's record will say", "Cancelled by berth cancel")
    .option("--json", "print the jobs as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  berth cancel 3f2a91c0\n  berth cancel --terminate --reason 'wrong input' nightly",
    )
    .action(async (texts: string[], options: CancelOptions) => {
      await cancelJobs({ batch: await session.batch(), out: session.out }, texts, options);
    });

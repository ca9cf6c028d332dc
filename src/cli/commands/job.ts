import { Command } from "commander";
import type { JobWhyAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Batch } from "../batch.ts";
import { describeJob, findNewestJob } from "../find-jobs.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { jobText } from "../views/job.ts";

/** Why a job is as it is. */
export const whyOfJob = (api: Api, id: string): Promise<JobWhyAnswer> =>
  api.get(`/batch/jobs/${encodeURIComponent(id)}/placement`);

export const showJob = async (
  { batch, api, out }: { batch: Batch; api: Api; out: Out },
  text: string,
  { json }: { json?: boolean },
): Promise<void> => {
  const id = await findNewestJob(batch, text);
  const job = await describeJob(batch, id);
  if (json) return printJson(out, job);
  out.line(jobText(job, await whyOfJob(api, id), Date.now()));
};

export const jobCommand = (session: Session): Command =>
  new Command("job")
    .description("tell all of one job: its states with their times, its attempts, what it waits for")
    .argument("<job>", "a job's id or its beginning (of an array's child with :INDEX), or a name: its newest job")
    .option("--json", "print the job as Batch describes it")
    .addHelpText("after", "\nExamples:\n  berth job 3f2a91c0\n  berth job shards:7\n  berth job --json nightly")
    .action(async (text: string, options: { json?: boolean }) => {
      await showJob({ batch: await session.batch(), api: session.api(), out: session.out }, text, options);
    });

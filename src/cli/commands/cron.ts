import { Command } from "commander";
import type { CronAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Batch } from "../batch.ts";
import { usageError } from "../failure.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { definitionFor } from "../submit/definition.ts";
import { type JobOptions, withJobOptions } from "../submit/options.ts";
import { submissionOf } from "../submit/request.ts";
import { cronTable } from "../views/cron.ts";
import { until } from "../views/words.ts";

interface CronDeps {
  readonly batch: Batch;
  readonly api: Api;
  readonly out: Out;
}

export interface CronOptions extends JobOptions {
  readonly timezone?: string;
  readonly json?: boolean;
}

/** Lets a job be submitted whenever a schedule is due, under the schedule's name. */
export const addCron = async (
  { batch, api, out }: CronDeps,
  name: string,
  expression: string,
  command: readonly string[],
  options: CronOptions,
): Promise<void> => {
  const { timezone, json } = options;
  if (options.onExit && options.retries === undefined)
    throw usageError("--on-exit says which failures to try again: give --retries too");
  const definition = await definitionFor(batch, name, command, options);
  const job = submissionOf(name, definition, command, options);
  const body = { name, expression, ...(timezone !== undefined && { timeZone: timezone }), job };
  const made = await api.send<CronAnswer>("POST", "/batch/cron", body);
  if (json) return printJson(out, made);
  const next = made.nextDue === undefined ? "it is never due" : `due in ${until(made.nextDue, Date.now())}`;
  out.line(`${name} submits ${definition} to ${job.jobQueue}: ${next}`);
};

export const listCrons = async ({ api, out }: Omit<CronDeps, "batch">, { json }: { json?: boolean }): Promise<void> => {
  const crons = await api.get<CronAnswer[]>("/batch/cron");
  if (json) printJson(out, crons);
  else out.line(crons.length > 0 ? cronTable(crons, Date.now()) : "No schedules. Add one with: berth cron add");
};

export const removeCron = async (
  { api, out }: Omit<CronDeps, "batch">,
  name: string,
  { json }: { json?: boolean },
): Promise<void> => {
  await api.send("DELETE", `/batch/cron/${encodeURIComponent(name)}`);
  if (json) printJson(out, { name, removed: true });
  else out.line(`${name} submits nothing more; jobs it submitted go on`);
};

const EXAMPLES = `
Examples:
  berth cron add tick 'rate(5 minutes)' --image berth/busybox -- date
  berth cron add nightly 'cron(30 2 ? * MON-FRI *)' --timezone Europe/Berlin --definition load
  berth cron list
  berth cron remove tick`;

export const cronCommand = (session: Session): Command => {
  const deps = () => ({ api: session.api(), out: session.out });
  const cron = new Command("cron").description("submit jobs by schedules");
  cron
    .command("list", { isDefault: true })
    .description("list schedules with when each is due (what berth cron alone does)")
    .option("--json", "print the schedules as JSON")
    .action((options) => listCrons(deps(), options));
  withJobOptions(
    cron
      .command("add")
      .description("submit a job whenever a schedule is due")
      .argument("<name>", "the schedule's name, and its jobs'")
      .argument("<expression>", "EventBridge's: 'rate(5 minutes)', or 'cron(30 2 ? * MON-FRI *)'")
      .argument("[command...]", "the command, after --"),
  )
    .option("--timezone <zone>", "of a cron(…), such as Europe/Berlin (default: UTC)")
    .option("--json", "print the schedule as JSON")
    .addHelpText("after", EXAMPLES.split("\n").slice(0, 4).join("\n"))
    .action(async (name: string, expression: string, command: string[], options: CronOptions) => {
      await addCron({ ...deps(), batch: await session.batch() }, name, expression, command, options);
    });
  cron
    .command("remove")
    .description("submit nothing more by a schedule")
    .argument("<name>", "the schedule")
    .option("--json", "print the answer as JSON")
    .action((name: string, options) => removeCron(deps(), name, options));
  return cron.addHelpText("after", EXAMPLES);
};

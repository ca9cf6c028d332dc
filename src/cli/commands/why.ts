import type { JobStatus } from "@aws-sdk/client-batch";
import { Command } from "commander";
import type { JobWhyAnswer, PlacementAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Batch } from "../batch.ts";
import type { Ecs } from "../ecs.ts";
import { CliError } from "../failure.ts";
import { describeJobs, jobsMeant, newestOf } from "../find-jobs.ts";
import { servicesMeant } from "../find-services.ts";
import { type Clients, findTaskOrJob } from "../find-task-or-job.ts";
import { clusterNames, describeTasks, taskArns } from "../find-tasks.ts";
import { isArray } from "../job-statuses.ts";
import { printJson } from "../out.ts";
import { reasonsOfService, type ServiceReasons } from "../services/reasons.ts";
import type { Session } from "../session.ts";
import { countStatuses, countWords, type StatusCounts, statusBar } from "../views/job-progress.ts";
import { jobWhyText } from "../views/job-why.ts";
import { serviceWhyText } from "../views/service-why.ts";
import { refusalsText, whyText } from "../views/why.ts";
import { lastOf } from "../views/words.ts";
import { whyOfJob } from "./job.ts";

/** What no task's id can be, nor its beginning: a request's id, or a job's id or name. */
const isOfRequestOrJob = (text: string): boolean => !text.startsWith("arn:") && /[^0-9a-f]/.test(text);

const ofTask = (api: Api, id: string): Promise<PlacementAnswer> => api.get(`/tasks/${id}/placement`);

const newestTask = async (ecs: Ecs): Promise<string | undefined> => {
  const perCluster = (await clusterNames(ecs)).map(async (cluster) => {
    const arns = await Promise.all((["RUNNING", "STOPPED"] as const).map((desired) => taskArns(ecs, cluster, desired)));
    return describeTasks(ecs, cluster, arns.flat());
  });
  const tasks = (await Promise.all(perCluster)).flat();
  const newest = tasks.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))[0];
  return newest && lastOf(newest.taskArn);
};

/** Why a job is as it is, and of its last attempt why it is where it is. */
export interface JobReasons {
  readonly job: JobWhyAnswer;
  readonly placement?: PlacementAnswer;
  /** Of an array: how its children stand, and why the first that waits or failed does so. */
  readonly array?: { readonly counts: StatusCounts; readonly child?: JobWhyAnswer };
}

export interface Placements {
  readonly records: readonly PlacementAnswer[];
  readonly note?: string;
}

type WhyDeps = Clients & { readonly api: Api };

/** What there is to tell: of one task, service or job, of one request's refusals, or without a word of the last refusal. */
export const findReasons = async (
  deps: WhyDeps,
  text: string | undefined,
): Promise<Placements | JobReasons | ServiceReasons> => {
  const { api, ecs, batch } = deps;
  if (text === undefined) return withoutAWord(deps);
  if (isOfRequestOrJob(text)) {
    const records = await api.get<PlacementAnswer[]>(`/placements/refusals?request=${encodeURIComponent(text)}`);
    if (records.length > 0) return { records };
  }
  const services = await servicesMeant(await ecs(), text);
  if (services.length > 0) return reasonsOfService(await ecs(), api, services);
  if (isOfRequestOrJob(text)) {
    const meant = await jobsMeant(await batch(), text);
    if (meant.ids.length > 0) return ofJob(api, await batch(), newestOf(text, meant));
    throw new CliError(`nothing was refused under request ${text}, and no service and no job has that name or id`, {
      hint: "refusals are kept for an hour; see the others with: berth services, berth jobs",
    });
  }
  const found = await findTaskOrJob({ ecs, batch }, text);
  return "job" in found ? ofJob(api, await batch(), found.job) : { records: [await ofTask(api, found.task.id)] };
};

const withoutAWord = async ({ api, ecs }: WhyDeps): Promise<Placements> => {
  const refusals = await api.get<PlacementAnswer[]>("/placements/refusals");
  if (refusals.length > 0) return { records: refusals };
  const newest = await newestTask(await ecs());
  if (newest)
    return { records: [await ofTask(api, newest)], note: "Nothing was refused in the last hour. The newest task:" };
  throw new CliError("nothing was refused in the last hour, and there is no task to tell of", {
    hint: "run one with: berth run --wait berth/busybox -- echo hello",
  });
};

const ofJob = async (api: Api, batch: Batch, id: string): Promise<JobReasons> => {
  const job = await whyOfJob(api, id);
  const task = job.attempts.at(-1)?.taskId;
  // A task is forgotten an hour after its end, its job is not.
  const placement = task && (await ofTask(api, task).catch(() => undefined));
  const [described] = await describeJobs(batch, [id]);
  if (!described || !isArray(described)) return { job, ...(placement && { placement }) };
  const counts = countStatuses([described]);
  const child = (await firstChild(batch, id, "RUNNABLE")) ?? (await firstChild(batch, id, "FAILED"));
  return { job, array: { counts, ...(child !== undefined && { child: await whyOfJob(api, child) }) } };
};

const firstChild = async (batch: Batch, array: string, jobStatus: JobStatus): Promise<string | undefined> => {
  const { jobSummaryList = [] } = await batch.listJobs({ arrayJobId: array, jobStatus, maxResults: 1 });
  return jobSummaryList[0]?.jobId;
};

const reasonsText = (found: Placements | JobReasons | ServiceReasons, now: number): string => {
  if ("service" in found) return serviceWhyText(found, now);
  if (!("job" in found)) {
    const [first] = found.records;
    return first?.explanation.chosen ? whyText(first, now) : refusalsText(found.records, now);
  }
  const { job, array, placement } = found;
  const children = array ? `\n${statusBar(array.counts)} ${countWords(array.counts)}` : "";
  return [
    jobWhyText(job, now) + children,
    ...(array?.child ? [jobWhyText(array.child, now)] : []),
    ...(placement ? [whyText(placement, now)] : []),
  ].join("\n\n");
};

export const whyCommand = (session: Session): Command =>
  new Command("why")
    .description("tell why a task is where it is, why it was refused, why a job waits, or what keeps a service busy")
    .argument(
      "[what]",
      "a task's or job's id or its beginning, a service's or job's name, or a request's id; without it, the last refusal",
    )
    .option("--json", "print the records as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  berth why               the last refusal\n  berth why 3f2a91c0      a task or a job\n  berth why web           the service of that name\n  berth why nightly       the newest job of that name",
    )
    .action(async (text: string | undefined, { json }: { json?: boolean }) => {
      const found = await findReasons({ api: session.api(), ecs: session.ecs, batch: session.batch }, text);
      if (json) return printJson(session.out, "records" in found ? found.records : found);
      if ("note" in found && found.note) session.out.note(found.note);
      session.out.line(reasonsText(found, Date.now()));
    });

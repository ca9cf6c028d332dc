import { Command } from "commander";
import type { PlacementAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Ecs } from "../ecs.ts";
import { CliError } from "../failure.ts";
import { clusterNames, describeTasks, findTask, taskArns } from "../find-tasks.ts";
import { printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { refusalsText, whyText } from "../views/why.ts";
import { lastOf } from "../views/words.ts";

/** A request's id is a UUID, or any word that no task's id can be. */
const isRequestId = (text: string): boolean => !text.startsWith("arn:") && /[^0-9a-f]/.test(text);

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

/** What there is to tell: of one task, of one request's refusals, or without a word of the last refusal. */
export const findPlacements = async (
  { api, ecs }: { api: Api; ecs: () => Promise<Ecs> },
  text: string | undefined,
): Promise<{ records: PlacementAnswer[]; note?: string }> => {
  if (text !== undefined && isRequestId(text)) {
    const records = await api.get<PlacementAnswer[]>(`/placements/refusals?request=${encodeURIComponent(text)}`);
    if (records.length > 0) return { records };
    throw new CliError(`nothing was refused under request ${text}`, { hint: "refusals are kept for an hour" });
  }
  if (text !== undefined) return { records: [await ofTask(api, (await findTask(await ecs(), text)).id)] };
  const refusals = await api.get<PlacementAnswer[]>("/placements/refusals");
  if (refusals.length > 0) return { records: refusals };
  const newest = await newestTask(await ecs());
  if (newest)
    return { records: [await ofTask(api, newest)], note: "Nothing was refused in the last hour. The newest task:" };
  throw new CliError("nothing was refused in the last hour, and there is no task to tell of", {
    hint: "run one with: berth run --wait berth/busybox -- echo hello",
  });
};

export const whyCommand = (session: Session): Command =>
  new Command("why")
    .description("tell why a task is where it is, or why it was refused")
    .argument("[task-or-request]", "a task's id or its beginning, or a request's id; without it, the last refusal")
    .option("--json", "print the placement records as JSON")
    .addHelpText("after", "\nExamples:\n  berth why               the last refusal\n  berth why 3f2a91c0      a task")
    .action(async (text: string | undefined, { json }: { json?: boolean }) => {
      const { records, note } = await findPlacements({ api: session.api(), ecs: session.ecs }, text);
      if (json) return printJson(session.out, records);
      if (note) session.out.note(note);
      const first = records[0]!;
      session.out.line(first.explanation.chosen ? whyText(first, Date.now()) : refusalsText(records, Date.now()));
    });

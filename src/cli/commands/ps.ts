import { Command } from "commander";
import type { ChargesAnswer, HostAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Ecs } from "../ecs.ts";
import { clusterNames, describeTasks, taskArns } from "../find-tasks.ts";
import type { Out } from "../out.ts";
import type { Session } from "../session.ts";
import { tasksTable } from "../views/tasks.ts";
import { lastOf } from "../views/words.ts";
import { redrawOnChange } from "../watch.ts";

export interface PsOptions {
  readonly all?: boolean;
  readonly cluster?: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** The tasks of one cluster or all, as people or programs read them. */
export const psText = async (
  { ecs, api }: { ecs: Ecs; api: Api },
  { all, cluster, json, watch }: PsOptions,
): Promise<string> => {
  const clusters = cluster === undefined ? await clusterNames(ecs) : [cluster];
  const wanted = all ? (["RUNNING", "STOPPED"] as const) : (["RUNNING"] as const);
  const perCluster = clusters.map(async (name) => {
    const arns = await Promise.all(wanted.map((desired) => taskArns(ecs, name, desired)));
    return describeTasks(ecs, name, arns.flat());
  });
  const tasks = (await Promise.all(perCluster)).flat();
  if (json) return JSON.stringify(tasks, null, watch ? undefined : 2); // one document a line while watching
  if (tasks.length === 0) return all ? "No tasks." : "No tasks that are to run; berth ps --all shows stopped ones too.";
  const hosts = await api.get<HostAnswer[]>("/hosts");
  const hostByInstance = new Map(hosts.map(({ instanceId, id }) => [instanceId, id]));
  const hostOf = (arn: string): string => hostByInstance.get(lastOf(arn)) ?? lastOf(arn).slice(0, 8);
  if (!tasks.some(({ launchType }) => launchType === "FARGATE")) return tasksTable(tasks, hostOf, Date.now());
  const charges = await api.get<ChargesAnswer>("/fargate/charges");
  const dollarsByTask = new Map(charges.tasks.map(({ taskArn, dollars }) => [taskArn, dollars]));
  return `${tasksTable(tasks, hostOf, Date.now(), dollarsByTask)}\n\nCHARGE: ${charges.prices}.`;
};

/** Prints them once, or again at every change. */
export const ps = async (
  deps: { ecs: Ecs; api: Api; out: Out; signal: AbortSignal },
  options: PsOptions,
): Promise<void> => {
  if (!options.watch) return deps.out.line(await psText(deps, options));
  await redrawOnChange(deps, "task,host", () => psText(deps, options));
};

export const psCommand = (session: Session): Command =>
  new Command("ps")
    .description("list tasks")
    .option("--all", "stopped ones too")
    .option("--cluster <name>", "only this cluster's")
    .option("--watch", "a live view, until Ctrl-C")
    .option("--json", "print the tasks as JSON")
    .addHelpText("after", "\nExamples:\n  berth ps\n  berth ps --all --cluster default\n  berth ps --watch")
    .action(async (options: PsOptions) => {
      const deps = { ecs: await session.ecs(), api: session.api(), out: session.out, signal: session.interrupted };
      await ps(deps, options);
    });

import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "@aws-sdk/client-ecs";
import { Command } from "commander";
import type { HostAnswer, UseAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import { wholeNumber } from "../arguments.ts";
import type { Ecs } from "../ecs.ts";
import { clusterNames, describeTasks, taskArns } from "../find-tasks.ts";
import { type Out, printJson } from "../out.ts";
import { isUnanswered } from "../patience.ts";
import type { Session } from "../session.ts";
import { familyAndRevision } from "../views/tasks.ts";
import { topText } from "../views/top.ts";
import { lastOf } from "../views/words.ts";

interface TopOptions {
  /** Seconds between two readings. */
  readonly interval: number;
  /** Default: on a terminal. */
  readonly watch?: boolean;
  readonly json?: boolean;
}

interface TopDeps {
  readonly api: Api;
  readonly ecs: Ecs;
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** What a task runs, looked up once for each. */
const definitions = (ecs: Ecs) => {
  const known = new Map<string, Task>();
  return {
    async learn(ids: readonly string[]): Promise<void> {
      if (ids.every((id) => known.has(id))) return;
      for (const cluster of await clusterNames(ecs)) {
        const arns = await taskArns(ecs, cluster, "RUNNING");
        for (const task of await describeTasks(ecs, cluster, arns)) known.set(lastOf(task.taskArn), task);
      }
    },
    of: (id: string): string | undefined => familyAndRevision(known.get(id)?.taskDefinitionArn) || undefined,
  };
};

/** Shows what hosts and tasks use: once, or again and again until interrupted. */
const top = async (
  { api, ecs, out, signal }: TopDeps,
  { interval, watch = out.columns !== undefined, json = false }: TopOptions,
): Promise<void> => {
  const names = definitions(ecs);
  const read = () => api.get<UseAnswer>("/use");
  let before = await read();
  for (let isFirst = true; isFirst || (watch && !json); isFirst = false) {
    try {
      await sleep(interval * 1000, undefined, { signal });
      const [hosts, now] = await Promise.all([api.get<HostAnswer[]>("/hosts"), read()]);
      if (json) return printJson(out, { before, now });
      await names.learn(now.tasks.map(({ task }) => task));
      const text = topText(hosts, before, now, names.of);
      if (watch) out.redraw(text);
      else out.line(text);
      before = now;
    } catch (error) {
      if (signal.aborted) return;
      if (isFirst || !isUnanswered(error)) throw error;
      out.redraw("Berth does not answer; waiting for it.");
    }
  }
};

export const topCommand = (session: Session): Command =>
  new Command("top")
    .description("show what hosts and tasks use against what they have, live on a terminal")
    .option("--watch", "go on until Ctrl-C (default: on a terminal)")
    .option("--no-watch", "show it once")
    .option("--interval <seconds>", "between two readings", wholeNumber(1, 3600), 2)
    .option("--json", "print two readings as JSON: use in between is their difference")
    .addHelpText("after", "\nExamples:\n  berth top\n  berth top --no-watch --interval 1")
    .action(async (options: TopOptions) => {
      const deps = { ecs: await session.ecs(), api: session.api(), out: session.out, signal: session.interrupted };
      await top(deps, options);
    });

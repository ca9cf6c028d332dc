import type { Failure, RunTaskCommandInput, Task } from "@aws-sdk/client-ecs";
import type { PlacementAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import type { Ecs } from "../ecs.ts";
import { CliError } from "../failure.ts";
import { refusedLine } from "../views/why.ts";
import { lastOf } from "../views/words.ts";
import type { RunOptions } from "./options.ts";

/** ECS takes ten tasks a call. */
const AT_ONCE = 10;

type LaunchOptions = Pick<RunOptions, "cluster" | "count" | "constraint" | "strategy">;

export interface Launched {
  readonly tasks: readonly Task[];
  /** Why the rest found no place; absent where all did. */
  readonly refusal?: CliError;
}

/** Starts so many tasks; stops asking at the first call that was not granted in full. */
export const launch = async (
  { ecs, api }: { ecs: Ecs; api: Api },
  input: Pick<RunTaskCommandInput, "taskDefinition" | "overrides">,
  { cluster, count, constraint, strategy }: LaunchOptions,
): Promise<Launched> => {
  const tasks: Task[] = [];
  while (tasks.length < count) {
    const asked = Math.min(AT_ONCE, count - tasks.length);
    const answer = await ecs.runTask({
      ...input,
      cluster,
      count: asked,
      launchType: "EC2",
      startedBy: "berth-run",
      ...(constraint && { placementConstraints: [...constraint] }),
      ...(strategy && { placementStrategy: [...strategy] }),
    });
    tasks.push(...(answer.tasks ?? []));
    const missing = asked - (answer.tasks?.length ?? 0);
    if (missing > 0) {
      const why = await refusalOf(api, answer.$metadata.requestId, answer.failures ?? []);
      return { tasks, refusal: tasks.length > 0 ? partly(tasks.length, count, why) : why };
    }
  }
  return { tasks };
};

const partly = (placed: number, count: number, { message, hint }: CliError): CliError =>
  new CliError(`${placed} of ${count} tasks are placed; for the next ${message}`, hint === undefined ? {} : { hint });

const refusalOf = async (api: Api, requestId: string | undefined, failures: readonly Failure[]): Promise<CliError> => {
  const records = requestId
    ? await api.get<PlacementAnswer[]>(`/placements/refusals?request=${encodeURIComponent(requestId)}`).catch(() => [])
    : [];
  const hint = `more with: berth why${requestId ? ` ${requestId}` : ""}`;
  if (records[0]) return new CliError(refusedLine(records[0]), { hint });
  const reasons = failures.map(({ arn, reason, detail }) => [lastOf(arn), reason, detail].filter(Boolean).join(" "));
  return new CliError(`no host took it: ${reasons.join("; ") || "no reason given"}`, { hint });
};

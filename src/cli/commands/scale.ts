import { Command } from "commander";
import { wholeNumber } from "../arguments.ts";
import type { Ecs } from "../ecs.ts";
import { usageError } from "../failure.ts";
import { findService } from "../find-services.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { counted, lastOf } from "../views/words.ts";

interface ScaleOptions {
  readonly cluster?: string;
  readonly json?: boolean;
}

/** Wants so many tasks of a service. */
export const scale = async (
  { ecs, out }: { readonly ecs: Ecs; readonly out: Out },
  text: string,
  count: number,
  { cluster, json }: ScaleOptions,
): Promise<void> => {
  const before = await findService(ecs, text, cluster);
  const { service } = await ecs.updateService({
    cluster: lastOf(before.clusterArn),
    service: before.serviceName,
    desiredCount: count,
  });
  if (json) printJson(out, service);
  else
    out.line(`${before.serviceName} is to have ${counted(count, "task")}; it was to have ${before.desiredCount ?? 0}`);
};

const tasks = (text: string): number => {
  try {
    return wholeNumber(0, 5000)(text);
  } catch {
    throw usageError(`${text} is no number of tasks: give a whole number from 0 to 5000`);
  }
};

export const scaleCommand = (session: Session): Command =>
  new Command("scale")
    .description("say how many tasks a service is to have")
    .argument("<service>", "the service's name or ARN")
    .argument("<tasks>", "how many")
    .option("--cluster <name>", "the service's cluster (default: the one that has it)")
    .option("--json", "print the service as JSON")
    .addHelpText("after", "\nExamples:\n  berth scale web 4\n  berth scale web 0")
    .action(async (service: string, count: string, options: ScaleOptions) =>
      scale({ ecs: await session.ecs(), out: session.out }, service, tasks(count), options),
    );

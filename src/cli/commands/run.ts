import type { RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { Command, Option } from "commander";
import type { PlacementAnswer } from "../answers.ts";
import type { Api } from "../api.ts";
import { constraint, many, nameAndValue, portMapping, strategy, wholeNumber } from "../arguments.ts";
import type { Ecs } from "../ecs.ts";
import { CliError, usageError } from "../failure.ts";
import { type Out, printJson } from "../out.ts";
import { definitionOf, ensureDefinition } from "../run/definition.ts";
import { detached, endNote, exitCodeOf, followTask } from "../run/follow.ts";
import { launch } from "../run/launch.ts";
import type { RunOptions } from "../run/options.ts";
import type { Session } from "../session.ts";
import { placedLine } from "../views/why.ts";
import { lastOf } from "../views/words.ts";

interface RunDeps {
  readonly ecs: Ecs;
  readonly api: Api;
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** Runs an image, or a registered definition; resolves to the exit code. */
export const run = async (
  deps: RunDeps,
  image: string | undefined,
  command: readonly string[],
  options: RunOptions,
): Promise<number> => {
  const { ecs, api, out, signal } = deps;
  const { tasks, refusal } = await launch(deps, await whatToRun(ecs, image, command, options), options);
  const places = await Promise.all(tasks.map(({ taskArn }) => placementOf(api, lastOf(taskArn))));
  if (!options.json) for (const place of places) if (place) out.note(placedLine(place));
  if (!options.wait) {
    if (options.json) printJson(out, tasks);
    else for (const { taskArn } of tasks) out.line(lastOf(taskArn));
    if (refusal) throw refusal;
    return 0;
  }
  try {
    // With --json stdout is the document's: what containers write goes to stderr.
    const shown: Out = options.json ? { ...out, raw: (_stream, text) => out.raw("stderr", text) } : out;
    const ended = await Promise.all(tasks.map((task) => followTask({ ...deps, out: shown }, task, tasks.length > 1)));
    if (options.json) printJson(out, ended);
    else for (const note of ended.map(endNote)) if (note) out.note(note);
    if (refusal) throw refusal;
    return exitCodeOf(ended);
  } catch (error) {
    throw signal.aborted ? detached(tasks) : error;
  }
};

const placementOf = (api: Api, id: string): Promise<PlacementAnswer | undefined> =>
  api.get<PlacementAnswer>(`/tasks/${id}/placement`).catch(() => undefined);

const whatToRun = async (
  ecs: Ecs,
  image: string | undefined,
  command: readonly string[],
  options: RunOptions,
): Promise<Pick<RunTaskCommandInput, "taskDefinition" | "overrides">> => {
  // With a definition there is no image: the first word belongs to the command.
  const { definition, name, env = [] } = options;
  if (definition === undefined) {
    const { taskDefinitionArn } = await ensureDefinition(ecs, definitionOf(image ?? "", command, options));
    return { taskDefinition: taskDefinitionArn };
  }
  const words = image === undefined ? command : [image, ...command];
  if (words.length === 0 && env.length === 0) return { taskDefinition: definition };
  const override = {
    name: name ?? (await firstContainer(ecs, definition)),
    ...(words.length > 0 && { command: [...words] }),
    ...(env.length > 0 && { environment: env.map(([key, value]) => ({ name: key, value })) }),
  };
  return { taskDefinition: definition, overrides: { containerOverrides: [override] } };
};

const firstContainer = async (ecs: Ecs, definition: string): Promise<string> => {
  const { taskDefinition } = await ecs.describeTaskDefinition({ taskDefinition: definition });
  const name = taskDefinition?.containerDefinitions?.[0]?.name;
  if (!name) throw new CliError(`${definition} has no container`);
  return name;
};

const EXAMPLES = `
Examples:
  berth run --wait berth/busybox -- echo hello
  berth run --publish 8080:80 --env GREETING=hi --count 3 --strategy spread:instanceId my/web
  berth run --definition web:4 --constraint 'attribute:ecs.availability-zone == us-east-1a'`;

export const runCommand = (session: Session): Command =>
  new Command("run")
    .description("run an image as a task: registers a task definition where there is no equal one, and places it")
    .argument("[image]", "the image")
    .argument("[command...]", "the command, after --")
    .option("--family <name>", "the task definition's family (default: run-IMAGE)")
    .option("--name <name>", "the container's name (default: the image's)")
    .addOption(
      new Option(
        "--definition <family[:revision]>",
        "run this registered definition; command and --env override its own",
        // The definition settles these: they would be ignored in silence.
      ).conflicts(["family", "cpu", "memory", "publish", "user"]),
    )
    .option("--cpu <units>", "CPU units; 1024 are one core", wholeNumber(0, 196_608), 128)
    .option("--memory <MiB>", "memory, a hard limit", wholeNumber(6, 25_165_824), 128)
    .option("--env <name=value>", "a variable of the container; may be repeated", many(nameAndValue))
    .option("--publish <[host:]container[/udp]>", "a port; without a host port the host chooses one", many(portMapping))
    .option("--user <user>", "the user or uid[:gid] the command runs as")
    .option("--count <number>", "how many tasks", wholeNumber(1, 1000), 1)
    .option("--cluster <name>", "the cluster", "default")
    .option(
      "--constraint <constraint>",
      "distinctInstance, or an expression hosts must meet; may be repeated",
      many(constraint),
    )
    .option(
      "--strategy <strategy>",
      "spread:FIELD, binpack:cpu, binpack:memory or random; may be repeated",
      many(strategy),
    )
    .option("--wait", "follow the output to its end; the exit code is the container's")
    .option("--json", "print the tasks as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (image: string | undefined, command: string[], options: RunOptions) => {
      if (image === undefined && options.definition === undefined) {
        throw usageError("give an image, or --definition FAMILY[:REVISION]");
      }
      const deps = { ecs: await session.ecs(), api: session.api(), out: session.out, signal: session.interrupted };
      process.exitCode = await run(deps, image, command, options);
    });

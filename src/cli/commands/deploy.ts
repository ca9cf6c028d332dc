import type { Service } from "@aws-sdk/client-ecs";
import { Command } from "commander";
import type { Ecs } from "../ecs.ts";
import { CliError } from "../failure.ts";
import { findService } from "../find-services.ts";
import { type Out, printJson } from "../out.ts";
import { followRoll, type RollEnd } from "../services/follow-roll.ts";
import { registerWithImage } from "../services/next-revision.ts";
import type { Session } from "../session.ts";
import { familyAndRevision } from "../views/tasks.ts";
import { lastOf } from "../views/words.ts";

interface DeployOptions {
  readonly image: string;
  readonly container?: string;
  readonly cluster?: string;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** What the shell is told. */
const EXIT_CODES: Readonly<Record<RollEnd, number>> = { steady: 0, "rolled back": 1, failed: 3, superseded: 4 };

interface Deps {
  readonly ecs: Ecs;
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** Registers a revision with that image, updates the service and shows the roll; resolves to the exit code. */
export const deploy = async (deps: Deps, text: string, options: DeployOptions): Promise<number> => {
  const { ecs, out, signal } = deps;
  const before = await findService(ecs, text, options.cluster);
  const cluster = lastOf(before.clusterArn);
  const name = before.serviceName ?? text;
  const taskDefinition = await registerWithImage(ecs, before.taskDefinition ?? "", options.image, options.container);
  const { service: updated } = await ecs.updateService({ cluster, service: name, taskDefinition });
  const to = familyAndRevision(taskDefinition);
  out.note(`${name} rolls from ${familyAndRevision(before.taskDefinition)} to ${to}`);
  const deployment = updated?.deployments?.find(({ status }) => status === "PRIMARY") ?? {};
  if (options.detach) {
    if (options.json) printJson(out, updated);
    else out.line(deployment.id ?? "");
    return 0;
  }
  const told = (before.events ?? []).map(({ id }) => id);
  const followed = await followRoll(deps, { cluster, service: name, deployment, told }).catch((error: unknown) => {
    throw signal.aborted ? detached(name) : error;
  });
  if (options.json) printJson(out, followed.service);
  else out.line(endLine(followed.end, followed.service, to));
  return EXIT_CODES[followed.end];
};

const endLine = (end: RollEnd, service: Service, to: string): string => {
  const { serviceName: name, runningCount = 0 } = service;
  const runs = familyAndRevision(service.taskDefinition);
  const reason = service.deployments?.find(({ status }) => status === "PRIMARY")?.rolloutStateReason ?? "";
  const words: Readonly<Record<RollEnd, string>> = {
    steady: `${name} is steady on ${to}: ${runningCount} running`,
    "rolled back": `${name} went back to ${runs}: ${to} failed; see why with: berth why ${name}`,
    failed: `${name} gave up on ${to}: ${reason} See why with: berth why ${name}`,
    superseded: `${name} rolls to ${runs} meanwhile, no longer to ${to}`,
  };
  return words[end];
};

const detached = (name: string): CliError =>
  new CliError(`detached; ${name} goes on rolling`, { hint: `see: berth services --watch`, exitCode: 130 });

export const deployCommand = (session: Session): Command =>
  new Command("deploy")
    .description("give a service another image: registers a revision with it, rolls, and shows the roll to its end")
    .argument("<service>", "the service's name or ARN")
    .requiredOption("--image <image>", "the image its tasks are to run")
    .option("--container <name>", "the container that gets it (default: the only one)")
    .option("--cluster <name>", "the service's cluster (default: the one that has it)")
    .option("--detach", "do not wait; print the deployment's id")
    .option("--json", "print the service as JSON at the end")
    .addHelpText(
      "after",
      "\nExit codes:\n  0  steady on the new image\n  1  rolled back\n  3  given up and not rolled back\n  4  another deployment came\n\nExamples:\n  berth deploy web --image localhost:4510/web:v2\n  berth deploy api --image my/api:7 --container app",
    )
    .action(async (service: string, options: DeployOptions) => {
      const deps = { ecs: await session.ecs(), out: session.out, signal: session.interrupted };
      process.exitCode = await deploy(deps, service, options);
    });

import { Command } from "commander";
import { buildCommand } from "./commands/build.ts";
import { cancelCommand } from "./commands/cancel.ts";
import { completionCommand } from "./commands/completion.ts";
import { cronCommand } from "./commands/cron.ts";
import { deployCommand } from "./commands/deploy.ts";
import { envCommand } from "./commands/env.ts";
import { execCommand } from "./commands/exec.ts";
import { hostsCommand } from "./commands/hosts.ts";
import { imagesCommand } from "./commands/images.ts";
import { jobCommand } from "./commands/job.ts";
import { jobsCommand } from "./commands/jobs.ts";
import { labCommand } from "./commands/lab.ts";
import { loginCommand } from "./commands/login.ts";
import { logsCommand } from "./commands/logs.ts";
import { openCommand } from "./commands/open.ts";
import { psCommand } from "./commands/ps.ts";
import { queuesCommand } from "./commands/queues.ts";
import { runCommand } from "./commands/run.ts";
import { scaleCommand } from "./commands/scale.ts";
import { servicesCommand } from "./commands/services.ts";
import { spotCommand } from "./commands/spot.ts";
import { stopCommand } from "./commands/stop.ts";
import { submitCommand } from "./commands/submit.ts";
import { topCommand } from "./commands/top.ts";
import { downCommand, upCommand } from "./commands/up-down.ts";
import { whyCommand } from "./commands/why.ts";
import { openSession, type Session } from "./session.ts";

/** Every command, in the order in which `berth --help` shows them. */
const COMMANDS = [
  upCommand,
  downCommand,
  envCommand,
  runCommand,
  psCommand,
  whyCommand,
  stopCommand,
  spotCommand,
  logsCommand,
  execCommand,
  openCommand,
  topCommand,
  hostsCommand,
  servicesCommand,
  scaleCommand,
  deployCommand,
  submitCommand,
  jobsCommand,
  jobCommand,
  queuesCommand,
  cancelCommand,
  cronCommand,
  loginCommand,
  buildCommand,
  imagesCommand,
  labCommand,
];

const ENVIRONMENT = `
Environment:
  BERTH_HOME           where Berth keeps its data and credentials (default: .berth in its checkout)
  BERTH_PORT           where it listens (default: 4566)

Start with:  berth up,  then  eval "$(berth env)"`;

/** The command line. Nothing ends the process: errors are thrown, the exit code is set by the commands. */
export const berthProgram = (base: Pick<Session, "out" | "env" | "interrupted">, version: string): Command => {
  const program = new Command("berth");
  const session = openSession(base, () => program.opts<{ region?: string }>().region);
  program
    .description("A container control plane that plays ECS, ECR and Batch on Docker engines you own")
    .version(version)
    .option("--region <region>", "the region to act in (default: the one of berth.yaml)")
    .addHelpText("after", ENVIRONMENT)
    .showSuggestionAfterError()
    .helpCommand(true);
  for (const command of COMMANDS) program.addCommand(command(session));
  program.addCommand(completionCommand(session, () => program));
  quieten(program, base);
  return program;
};

/** Commander writes errors itself and exits; here both are the caller's, so that every error is told alike. */
const quieten = (command: Command, { out }: Pick<Session, "out">): void => {
  command.exitOverride().configureOutput({
    writeOut: (text) => out.raw("stdout", text),
    writeErr: (text) => out.raw("stderr", text),
    outputError: () => {},
  });
  for (const sub of command.commands) quieten(sub, { out });
};

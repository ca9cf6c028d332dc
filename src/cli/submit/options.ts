import { type Command, InvalidArgumentError, Option } from "commander";
import { many, nameAndValue, wholeNumber } from "../arguments.ts";

/** One entry of evaluateOnExit. */
export interface ExitRule {
  readonly action: "RETRY" | "EXIT";
  readonly onExitCode?: string;
  readonly onReason?: string;
  readonly onStatusReason?: string;
}

/** What a job is made from, on the command line and in jobs.yaml alike. */
export interface JobOptions {
  readonly image?: string;
  readonly definition?: string;
  readonly vcpus?: number;
  readonly memory?: number;
  readonly env?: readonly (readonly [name: string, value: string])[];
  readonly parameter?: readonly (readonly [name: string, value: string])[];
  readonly array?: number;
  readonly retries?: number;
  readonly onExit?: readonly ExitRule[];
  readonly timeout?: number;
  readonly queue?: string;
  readonly share?: string;
  readonly priority?: number;
}

export const DEFAULT_QUEUE = "default";
/** Of a definition that `--image` makes. */
export const DEFAULT_SIZE = { vcpus: 1, memory: 256 } as const;

const CONDITIONS: Readonly<Record<string, "onExitCode" | "onReason" | "onStatusReason">> = {
  exitcode: "onExitCode",
  reason: "onReason",
  statusreason: "onStatusReason",
};

/** `retry:exitcode=75`, `exit:reason=CannotPull*,exitcode=1`: all of what is named must match. */
export const exitRule = (text: string): ExitRule => {
  const [, action, conditions] = /^(retry|exit):(.+)$/i.exec(text) ?? [];
  const pairs = (conditions ?? "").split(/,(?=(?:exitcode|reason|statusreason)=)/i).map((one) => {
    const [, name = "", pattern = ""] = /^(\w+)=(.+)$/.exec(one) ?? [];
    return [CONDITIONS[name.toLowerCase()], pattern] as const;
  });
  if (!action || pairs.some(([name]) => name === undefined)) {
    throw new InvalidArgumentError(
      "give retry: or exit: and what must match, as in retry:exitcode=75 or exit:reason=CannotPull*,statusreason=*.",
    );
  }
  return { action: action.toUpperCase() as ExitRule["action"], ...Object.fromEntries(pairs) };
};

/** Adds the options that say what a job is. */
export const withJobOptions = (command: Command): Command =>
  command
    .option("--image <image>", "the image; a job definition of the job's name is made where there is no equal one")
    .addOption(new Option("--definition <name[:revision]>", "a registered job definition").conflicts(["image"]))
    .option("--vcpus <number>", `virtual CPUs (default with --image: ${DEFAULT_SIZE.vcpus})`, wholeNumber(1, 192))
    .option(
      "--memory <MiB>",
      `memory, a hard limit (default with --image: ${DEFAULT_SIZE.memory})`,
      wholeNumber(6, 25_165_824),
    )
    .option("--env <name=value>", "a variable of the container; may be repeated", many(nameAndValue))
    .option(
      "--parameter <name=value>",
      "what a Ref::name of the definition becomes; may be repeated",
      many(nameAndValue),
    )
    .option("--array <size>", "make it an array of so many children", wholeNumber(2, 10_000))
    .option("--retries <number>", "how often it is tried again after an attempt failed", wholeNumber(0, 9))
    .option("--on-exit <rule>", "which failures to try again, first match counts; may be repeated", many(exitRule))
    .option("--timeout <seconds>", "how long an attempt may run", wholeNumber(1, 31_536_000))
    .option("--queue <name>", `the job queue (default: ${DEFAULT_QUEUE})`)
    .option("--share <identifier>", "its share of a queue that shares fairly")
    .option("--priority <number>", "its priority within its share, the higher first", wholeNumber(0, 9999));

import type { JobDependency } from "@aws-sdk/client-batch";
import type { ExitRule, JobOptions } from "../submit/options.ts";
import { dependencyParts } from "./order.ts";
import type { JobEntry } from "./schema.ts";

const pairs = (members: Readonly<Record<string, string | number | boolean>>): (readonly [string, string])[] =>
  Object.entries(members).map(([name, value]) => [name, String(value)]);

/** A job of a file as the command line would have said it. */
export const asJobOptions = ({
  command: _command,
  dependsOn: _dependsOn,
  sequential: _sequential,
  env,
  parameters,
  onExit,
  ...same
}: JobEntry): JobOptions => ({
  ...same,
  ...(env && { env: pairs(env) }),
  ...(parameters && { parameter: pairs(parameters) }),
  ...(onExit && {
    onExit: onExit.map(
      ({ onExitCode, ...rule }): ExitRule => ({
        ...rule,
        ...(onExitCode !== undefined && { onExitCode: String(onExitCode) }),
      }),
    ),
  }),
});

export const commandOf = ({ command = [] }: JobEntry): string[] => command.map(String);

/** What a job depends on, as Batch writes it; `idOf` knows the jobs that were submitted before. */
export const dependenciesOf = (
  { dependsOn = [], sequential }: JobEntry,
  idOf: (name: string) => string,
): JobDependency[] => [
  ...(sequential ? [{ type: "SEQUENTIAL" } as const] : []),
  ...dependsOn.map((entry): JobDependency => {
    const { job, child, isPairwise } = dependencyParts(entry);
    if (isPairwise) return { jobId: idOf(job), type: "N_TO_N" };
    return { jobId: child === undefined ? idOf(job) : `${idOf(job)}:${child}` };
  }),
];

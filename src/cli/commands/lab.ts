import { join } from "node:path";
import { Command } from "commander";
import { PACKAGE_ROOT } from "../connection.ts";
import type { Lab, LookOptions } from "../lab/lab.ts";
import { LABS, labOf } from "../lab/labs.ts";
import { type Out, printJson } from "../out.ts";
import type { Session } from "../session.ts";
import { table } from "../views/table.ts";

/** How one step stands. */
export interface StepResult {
  readonly step: number;
  readonly title: string;
  readonly done: boolean;
  readonly missing?: string;
}

/** How every step of a lab stands. */
export const resultsOf = <Sight>({ steps }: Lab<Sight>, sight: Sight): StepResult[] =>
  steps.map(({ title, missing }, index) => {
    const lacking = missing(sight);
    return { step: index + 1, title, done: lacking === undefined, ...(lacking !== undefined && { missing: lacking }) };
  });

const resultLine = ({ step, title, done, missing }: StepResult): string =>
  `${done ? "ok     " : "missing"}  ${step}. ${title}${missing ? `\n            ${missing}` : ""}`;

const sayResults = (out: Out, lab: Lab, results: readonly StepResult[]): void => {
  for (const result of results) out.line(resultLine(result));
  const done = results.filter((result) => result.done).length;
  out.line("");
  out.line(
    done === results.length
      ? `Lab ${lab.number} is done. Nicely run.`
      : `${done} of ${results.length} steps are done. The lab's text: ${lab.readme}`,
  );
};

const sayStart = (out: Out, lab: Lab, made: readonly string[]): void => {
  out.line(`Lab ${lab.number}: ${lab.title}. Its text, with what to look for: ${join(PACKAGE_ROOT, lab.readme)}`);
  out.line("");
  for (const line of made) out.line(`Ready: ${line}`);
  for (const [index, { title, how }] of lab.steps.entries()) {
    out.line("");
    out.line(`${index + 1}. ${title}`);
    for (const command of how) out.line(`     ${command}`);
  }
  out.line("");
  out.line(`Then: berth lab check ${lab.number}`);
};

export const labCommand = (session: Session): Command => {
  const { out } = session;
  const lab = new Command("lab").description("learn by doing: a course whose steps are checked");
  lab
    .command("list", { isDefault: true })
    .description("list the labs (what berth lab alone does)")
    .action(() => {
      const rows = LABS.map(({ number, title, steps, readme }) => [number, title, steps.length, readme]);
      out.line(table(["LAB", "TITLE", "STEPS", "TEXT"], rows));
    });
  lab
    .command("start")
    .description("make what a lab begins with and print its steps")
    .argument("<number>", "the lab", labOf)
    .action(async (chosen: Lab) => sayStart(out, chosen, await chosen.prepare(session)));
  lab
    .command("check")
    .description("look which steps are done; exit code 0 if all are")
    .argument("<number>", "the lab", labOf)
    .option("--request <id>", "the refused request to look at (default: the last one)")
    .option("--json", "print the steps as JSON")
    .action(async (chosen: Lab, { json, ...options }: LookOptions & { json?: boolean }) => {
      const results = resultsOf(chosen, await chosen.look(session, options));
      if (json) printJson(out, results);
      else sayResults(out, chosen, results);
      if (results.some(({ done }) => !done)) process.exitCode = 1;
    });
  return lab.addHelpText("after", "\nExamples:\n  berth lab\n  berth lab start 1\n  berth lab check 1");
};

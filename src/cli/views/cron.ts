import type { CronAnswer } from "../answers.ts";
import { table } from "./table.ts";
import { ago, lastOf, shortJobId, until } from "./words.ts";

const lastWords = ({ last }: CronAnswer, now: number): string | undefined => {
  if (!last) return undefined;
  const what = last.jobId ? shortJobId(last.jobId) : (last.error ?? "");
  return `${ago(last.due, now)} ago: ${what}`;
};

/** Schedules by name. */
export const cronTable = (crons: readonly CronAnswer[], now: number): string => {
  const rows = crons
    .toSorted((a, b) => a.name.localeCompare(b.name, "en"))
    .map((cron) => [
      cron.name,
      cron.expression,
      cron.timeZone,
      lastOf(cron.job.jobDefinition),
      lastOf(cron.job.jobQueue),
      cron.nextDue === undefined ? "never" : `in ${until(cron.nextDue, now)}`,
      lastWords(cron, now),
    ]);
  return table(["SCHEDULE", "EXPRESSION", "ZONE", "DEFINITION", "QUEUE", "NEXT", "LAST"], rows);
};

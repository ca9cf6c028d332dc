import { dependencyParts, findCycle } from "./order.ts";
import type { Finding } from "./problem.ts";
import { type DependencyEntry, isJobName, JOB_NAME_WORDS, type JobEntry, type JobsFile } from "./schema.ts";

/** A file's jobs with what the top says for all. */
export const withShared = ({ jobs, ...shared }: JobsFile): Record<string, JobEntry> =>
  Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => {
      const { image, definition, ...others } = shared;
      // A job's own image stands against the file's definition, and the other way round.
      const source = job.image !== undefined || job.definition !== undefined ? {} : { image, definition };
      const env = { ...shared.env, ...job.env };
      const all = { ...others, ...source, ...job, ...(Object.keys(env).length > 0 && { env }) };
      return [name, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))];
    }),
  );

/** What a schema cannot say: of each job with the file's shared members, and of how they hang together. */
export const graphFindings = (file: JobsFile): Finding[] => {
  const jobs = withShared(file);
  const findings = Object.entries(jobs).flatMap(([name, job]) => [
    ...jobFindings(name, job),
    ...(job.dependsOn ?? []).flatMap((entry, index) => {
      const what = dependencyProblem(jobs, name, entry);
      return what ? [{ path: ["jobs", name, "dependsOn", index], about: "value" as const, what }] : [];
    }),
  ]);
  const cycle = findings.length === 0 ? findCycle(jobs) : undefined;
  if (!cycle) return findings;
  const what = `a cycle: ${cycle.join(" needs ")}; none of them could ever begin`;
  return [{ path: ["jobs", cycle[0]!, "dependsOn"], about: "value", what }];
};

const jobFindings = (name: string, job: JobEntry): Finding[] => {
  const about = (what: string, member?: string): Finding => ({
    path: ["jobs", name, ...(member ? [member] : [])],
    about: "name",
    what,
  });
  return [
    ...(isJobName(name) ? [] : [about(`must be ${JOB_NAME_WORDS}`)]),
    ...(job.image === undefined && job.definition === undefined ? [about("image or definition is missing")] : []),
    ...(job.image !== undefined && job.definition !== undefined
      ? [about("has an image and a definition: give one of them")]
      : []),
    ...(job.onExit && job.retries === undefined
      ? [about("says which failures to try again, and retries is missing", "onExit")]
      : []),
    ...(job.sequential && job.array === undefined ? [about("only an array can be sequential", "sequential")] : []),
  ];
};

const dependencyProblem = (
  jobs: Readonly<Record<string, JobEntry>>,
  name: string,
  entry: DependencyEntry,
): string | undefined => {
  const { job, child, isPairwise } = dependencyParts(entry);
  const other = Object.hasOwn(jobs, job) ? jobs[job] : undefined;
  const own = jobs[name];
  if (!other) return `there is no job ${job} in this file`;
  if (child !== undefined && !(child < (other.array ?? 0)))
    return other.array === undefined
      ? `${job} is no array, so it has no child ${child}`
      : `${job} has children 0 to ${other.array - 1}`;
  if (isPairwise && (own?.array === undefined || own.array !== other.array))
    return `N_TO_N is between arrays of one size: ${name} has ${own?.array ?? "none"}, ${job} has ${other.array ?? "none"}`;
  return undefined;
};

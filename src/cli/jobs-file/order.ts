import type { DependencyEntry, JobEntry } from "./schema.ts";

type Jobs = Readonly<Record<string, JobEntry>>;

/** The job a dependency names, and of an array the child. */
export const dependencyParts = (
  entry: DependencyEntry,
): { readonly job: string; readonly child?: number; readonly isPairwise: boolean } => {
  if (typeof entry !== "string") return { job: entry.job, isPairwise: true };
  const [, job = entry, child] = /^(.*):(\d+)$/.exec(entry) ?? [];
  return { job, isPairwise: false, ...(child !== undefined && { child: Number(child) }) };
};

const needsOf = ({ dependsOn = [] }: JobEntry): string[] => [
  ...new Set(dependsOn.map((entry) => dependencyParts(entry).job)),
];

/**
 * The jobs in an order in which each comes after all it depends on, as close to the file's as can be: the same file is always
 * submitted in the same order. What is on or behind a cycle is left out.
 */
export const submissionOrder = (jobs: Jobs): string[] => {
  const open = new Map(Object.entries(jobs).map(([name, job]) => [name, needsOf(job).length]));
  const waiting = new Map<string, string[]>();
  for (const [name, job] of Object.entries(jobs))
    for (const need of needsOf(job)) waiting.set(need, [...(waiting.get(need) ?? []), name]);
  const order = Object.keys(jobs).filter((name) => open.get(name) === 0);
  for (const name of order) {
    for (const one of waiting.get(name) ?? []) {
      const left = (open.get(one) ?? 0) - 1;
      open.set(one, left);
      if (left === 0) order.push(one);
    }
  }
  return order;
};

/** A cycle, as it is walked: `["a", "b", "a"]` where a needs b and b needs a; `undefined` where there is none. */
export const findCycle = (jobs: Jobs): string[] | undefined => {
  const ordered = new Set(submissionOrder(jobs));
  const isStuck = (name: string): boolean => Object.hasOwn(jobs, name) && !ordered.has(name);
  const start = Object.keys(jobs).find(isStuck);
  if (start === undefined) return undefined;
  // What is stuck needs something that is stuck: walking on comes back somewhere.
  const walked = [start];
  for (;;) {
    const next = needsOf(jobs[walked.at(-1)!]!).find(isStuck);
    if (next === undefined) return undefined;
    const before = walked.indexOf(next);
    if (before >= 0) return [...walked.slice(before), next];
    walked.push(next);
  }
};

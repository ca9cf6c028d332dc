import type { JobDependency as AskedDependency } from "@aws-sdk/client-batch";
import type { JobId } from "./ids.ts";
import type { JobDependency } from "./job.ts";

export const MAX_DEPENDENCIES = 20;
export const MIN_ARRAY_SIZE = 2;
export const MAX_ARRAY_SIZE = 10_000;

/** What was asked, read; or what is wrong with it, in a sentence. */
export type ReadDependencies =
  | { readonly ok: true; readonly dependencies: readonly JobDependency[] }
  | { readonly ok: false; readonly problem: string };

const readOne = ({ jobId, type }: AskedDependency, isArray: boolean): JobDependency | string => {
  if (type === "SEQUENTIAL") {
    if (!isArray) return "A SEQUENTIAL dependency is for array jobs only.";
    return jobId === undefined
      ? { type }
      : "A SEQUENTIAL dependency takes no jobId: it is between the array's own children.";
  }
  if (jobId === undefined || jobId === "") return "A dependency needs a jobId, or the type SEQUENTIAL.";
  if (type === undefined) return { type: "job", job: jobId as JobId };
  if (type !== "N_TO_N") return `There is no dependency type ${String(type)}: it is SEQUENTIAL or N_TO_N.`;
  return isArray ? { type, job: jobId as JobId } : "An N_TO_N dependency is for array jobs only.";
};

/** The `dependsOn` of a submission. Whether the jobs exist is the store's to say. */
export const readDependencies = (asked: readonly AskedDependency[], isArray: boolean): ReadDependencies => {
  if (asked.length > MAX_DEPENDENCIES)
    return { ok: false, problem: `A job depends on at most ${MAX_DEPENDENCIES} jobs, not ${asked.length}.` };
  const dependencies = new Map<string, JobDependency>();
  for (const one of asked) {
    const read = readOne(one, isArray);
    if (typeof read === "string") return { ok: false, problem: read };
    // Said twice, it is one dependency.
    dependencies.set(`${read.type} ${"job" in read ? read.job : ""}`, read);
  }
  return { ok: true, dependencies: [...dependencies.values()] };
};

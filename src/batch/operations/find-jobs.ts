import { type Scope, scopeKey } from "../../kernel/scope.ts";
import { type JobId, scopedName } from "../model/ids.ts";
import type { Job } from "../model/job.ts";
import { nameIn } from "../model/names.ts";
import type { JobStore } from "../ports.ts";

/** The jobs that ids or ARNs name, in the order asked; `undefined` where there is none of that id in the scope. */
export const findJobs = async (
  jobs: Pick<JobStore, "get">,
  texts: readonly string[],
  scope: Scope,
): Promise<(Job | undefined)[]> => {
  const ids = texts.map((text) => nameIn(text, "job", scope) ?? "");
  const named = ids.filter((id) => id !== "") as JobId[];
  const found = named.length > 0 ? await jobs.get(named) : [];
  const jobById = new Map(found.flatMap((job) => (job && isIn(job, scope) ? [[job.id as string, job]] : [])));
  return ids.map((id) => jobById.get(id));
};

const isIn = (job: Pick<Job, "queue">, scope: Scope): boolean => scopeKey(scopedName(job.queue)) === scopeKey(scope);

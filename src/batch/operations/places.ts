import type { Job } from "../model/job.ts";
import type { Places } from "./as-batch-job.ts";
import type { BatchDeps } from "./deps.ts";

/** Reads once where the attempts of some jobs run. What is gone meanwhile has no name any more. */
export const placesOf = async (
  { computeEnvironments, fleet }: Pick<BatchDeps, "computeEnvironments" | "fleet">,
  jobs: readonly Job[],
): Promise<Places> => {
  const environments = [...new Set(jobs.flatMap(({ attempts }) => attempts.map(({ environment }) => environment)))];
  if (environments.length === 0) return { cluster: () => undefined, instance: () => undefined };
  const [found, hosts] = await Promise.all([computeEnvironments.get(environments), fleet.hosts()]);
  const clusterById = new Map<string, string>(found.flatMap((one) => (one ? [[one.id, one.value.cluster]] : [])));
  const instanceById = new Map<string, string>(hosts.map(({ id, instanceId }) => [id, instanceId]));
  return { cluster: (id) => clusterById.get(id), instance: (id) => instanceById.get(id) };
};

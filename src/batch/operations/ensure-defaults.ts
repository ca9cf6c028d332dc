import type { Scope } from "../../kernel/scope.ts";
import type { ComputeEnvironmentRecord } from "../model/compute-environment.ts";
import { environmentId, queueId } from "../model/ids.ts";
import type { JobQueueRecord } from "../model/job-queue.ts";
import { environmentTerms, queueTerms } from "../model/terms.ts";
import type { BatchDeps } from "./deps.ts";

const NAME = "default";

/** Makes the compute environment and the job queue `default` where they are not there yet. To be called at every start. */
export const ensureDefaults = async (
  deps: Pick<BatchDeps, "computeEnvironments" | "jobQueues" | "random" | "clock" | "settings">,
  { account, region }: Scope,
): Promise<void> => {
  const scope = { account, region };
  const shared = { ...scope, name: NAME, state: "ENABLED", tags: {}, createdAt: deps.clock.now() } as const;
  const environment: ComputeEnvironmentRecord = {
    ...shared,
    type: "UNMANAGED",
    uuid: deps.random.uuid(),
    cluster: deps.settings.cluster,
  };
  await deps.computeEnvironments.create(environmentId(scope, NAME), environment, environmentTerms(environment));
  const queue: JobQueueRecord = {
    ...shared,
    priority: 1,
    environments: [environmentId(scope, NAME)],
    timeLimits: [],
    backfill: deps.settings.backfill,
  };
  await deps.jobQueues.create(queueId(scope, NAME), queue, queueTerms(queue));
};

import * as batch from "@aws-sdk/client-batch";
import type { OperationTable } from "../kernel/operation.ts";
import type { Scope } from "../kernel/scope.ts";
import { computeEnvironmentOperations } from "./operations/compute-environments.ts";
import type { BatchDeps } from "./operations/deps.ts";
import { ensureDefaults } from "./operations/ensure-defaults.ts";
import { jobDefinitionOperations } from "./operations/job-definitions.ts";
import { jobQueueOperations } from "./operations/job-queues.ts";
import { schedulingPolicyOperations } from "./operations/scheduling-policies.ts";
import { tagOperations } from "./operations/tags.ts";

export type { ComputeEnvironmentRecord } from "./model/compute-environment.ts";
export type { JobDefinitionRecord } from "./model/job-definition.ts";
export type { JobQueueRecord } from "./model/job-queue.ts";
export type { SchedulingPolicyRecord } from "./model/scheduling-policy.ts";
export type { BatchDeps } from "./operations/deps.ts";
export { batchRoutes } from "./rest-routes.ts";

/** Batch as it is served: AWS's model of it, and a handler for each operation that is built. The others answer 501. */
export const batchWing = (deps: BatchDeps) => ({
  model: batch,
  handlers: {
    ...computeEnvironmentOperations(deps),
    ...jobQueueOperations(deps),
    ...schedulingPolicyOperations(deps),
    ...jobDefinitionOperations(deps),
    ...tagOperations(deps),
  } satisfies OperationTable,

  /** Makes the environment and the queue `default`, where they are not there yet. To be called at every start. */
  ensureDefaults: (scope: Scope) => ensureDefaults(deps, scope),
});

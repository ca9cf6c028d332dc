import type { ComputeEnvironmentRecord } from "./compute-environment.ts";
import { scopedName } from "./ids.ts";
import type { JobDefinitionRecord } from "./job-definition.ts";
import type { JobQueueRecord } from "./job-queue.ts";
import type { SchedulingPolicyRecord } from "./scheduling-policy.ts";
import { TERM } from "./store-keys.ts";

export const environmentTerms = (environment: ComputeEnvironmentRecord): string[] => [TERM.scope(environment)];

export const policyTerms = (policy: SchedulingPolicyRecord): string[] => [TERM.scope(policy)];

export const queueTerms = (queue: JobQueueRecord): string[] => [
  TERM.scope(queue),
  ...queue.environments.map((id) => TERM.queueOfEnvironment(queue, scopedName(id).name)),
  ...(queue.schedulingPolicy === undefined ? [] : [TERM.queueOfPolicy(queue, scopedName(queue.schedulingPolicy).name)]),
];

export const definitionTerms = (definition: JobDefinitionRecord): string[] => [
  TERM.scope(definition),
  TERM.definitionStatus(definition, definition.status),
  TERM.definitionOfName(definition, definition.name),
  TERM.definitionOfNameStatus(definition, definition.name, definition.status),
];

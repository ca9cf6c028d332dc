import { numberedId, type Stored } from "../../kernel/records.ts";
import { type Scope, scopeKey } from "../../kernel/scope.ts";
import { taskDefinitionArn } from "./identifiers.ts";
import type { ClusterRecord, TaskDefinitionRecord, TaskDefinitionRevision } from "./records.ts";
import type { ServiceRecord } from "./service/records.ts";

export const CLUSTER_TERM = {
  scopeStatus: (scope: Scope, status: string): string => `scope:${scopeKey(scope)}:${status}`,
} as const;

export const clusterTerms = (cluster: ClusterRecord): string[] => [CLUSTER_TERM.scopeStatus(cluster, cluster.status)];

/** A cluster's name out of its id, `account/region/name`. */
export const nameOfClusterId = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

/** A service's record: `account/region/cluster/name`. */
export const serviceId = (scope: Scope, cluster: string, name: string): string =>
  `${scopeKey(scope)}/${cluster}/${name}`;

export const SERVICE_TERM = {
  clusterStatus: (scope: Scope, cluster: string, status: string): string =>
    `cluster:${scopeKey(scope)}/${cluster}:${status}`,
  status: (status: string): string => `status:${status}`,
} as const;

export const serviceTerms = (service: ServiceRecord): string[] => [
  SERVICE_TERM.clusterStatus(service, service.cluster, service.status),
  SERVICE_TERM.status(service.status),
];

const familyKey = (scope: Scope, family: string): string => `${scopeKey(scope)}/${family}`;

/** What ids of a family's revisions begin with. */
export const familyPrefix = (scope: Scope, family: string): string => `${familyKey(scope, family)}:`;

export const revisionId = (scope: Scope, family: string, revision: number): string =>
  numberedId(familyPrefix(scope, family), revision);

/** Family and revision out of a document's id. */
export const partsOfId = (id: string): { readonly family: string; readonly revision: number } => {
  const colon = id.lastIndexOf(":");
  return { family: id.slice(id.lastIndexOf("/", colon) + 1, colon), revision: Number(id.slice(colon + 1)) };
};

export const TASK_DEFINITION_TERM = {
  scope: (scope: Scope): string => `scope:${scopeKey(scope)}`,
  scopeStatus: (scope: Scope, status: string): string => `scope:${scopeKey(scope)}:${status}`,
  familyStatus: (scope: Scope, family: string, status: string): string =>
    `family:${familyKey(scope, family)}:${status}`,
  status: (status: string): string => `status:${status}`,
} as const;

export const taskDefinitionTerms = (definition: TaskDefinitionRecord): string[] => [
  TASK_DEFINITION_TERM.scope(definition),
  TASK_DEFINITION_TERM.scopeStatus(definition, definition.status),
  TASK_DEFINITION_TERM.familyStatus(definition, definition.family, definition.status),
  TASK_DEFINITION_TERM.status(definition.status),
];

export const asRevision = ({ id, value }: Stored<TaskDefinitionRecord>): TaskDefinitionRevision => ({
  ...value,
  revision: partsOfId(id).revision,
});

export const arnOf = (definition: Pick<TaskDefinitionRevision, "account" | "region" | "family" | "revision">): string =>
  taskDefinitionArn(definition, definition.family, definition.revision);

import type {
  AutoScalingGroupProvider,
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  RegisterTaskDefinitionRequest,
} from "@aws-sdk/client-ecs";
import type { Scope } from "../../kernel/scope.ts";
import type { Tags } from "./tags.ts";

/** A cluster. Times are milliseconds since 1970 in all records. */
export interface ClusterRecord extends Scope {
  readonly name: string;
  /** INACTIVE once deleted: still described, never listed, and made anew by CreateCluster. */
  readonly status: "ACTIVE" | "INACTIVE";
  readonly settings: readonly ClusterSetting[];
  readonly configuration?: ClusterConfiguration;
  readonly serviceConnectDefaults?: ClusterServiceConnectDefaults;
  /** Names of those that its tasks may run on by a strategy. */
  readonly capacityProviders?: readonly string[];
  /** How tasks are started that ask for nothing else. */
  readonly defaultCapacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  readonly tags: Tags;
  readonly createdAt: number;
}

/** A capacity provider over the hosts of an Auto Scaling group. FARGATE and FARGATE_SPOT are there without a record. */
export interface CapacityProviderRecord extends Scope {
  readonly name: string;
  readonly autoScalingGroupProvider: AutoScalingGroupProvider;
  readonly updateStatus?: "UPDATE_COMPLETE";
  readonly tags: Tags;
  readonly createdAt: number;
}

/** The members of a task definition as they were given, defaults filled in; tags are kept beside it. */
export type TaskDefinitionMembers = Omit<RegisterTaskDefinitionRequest, "tags" | "family">;

/** One revision of a family, as it is kept: its number is in the document's id. */
export interface TaskDefinitionRecord extends Scope {
  readonly family: string;
  readonly status: "ACTIVE" | "INACTIVE" | "DELETE_IN_PROGRESS";
  readonly members: TaskDefinitionMembers;
  readonly tags: Tags;
  readonly registeredAt: number;
  /** ARN of who registered it. */
  readonly registeredBy: string;
  readonly deregisteredAt?: number;
  readonly deleteRequestedAt?: number;
}

/** A task definition with its number. */
export interface TaskDefinitionRevision extends TaskDefinitionRecord {
  readonly revision: number;
}

/** One account setting: of a principal, or the account's default where `principal` is empty. */
export interface AccountSettingRecord extends Scope {
  readonly name: string;
  readonly value: string;
  readonly principal: string;
}

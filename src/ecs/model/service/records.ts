import type {
  CapacityProviderStrategyItem,
  DeploymentCircuitBreaker,
  DeploymentRolloutState,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  SchedulingStrategy,
  ServiceDeploymentStatus,
} from "@aws-sdk/client-ecs";
import type { Scope } from "../../../kernel/scope.ts";
import type { Tags } from "../tags.ts";
import type { ToldEvent } from "./told-events.ts";

/** How a deployment may move: percentages of the desired count, and when it has failed. */
export interface DeploymentBounds {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Absent: no breaker, a deployment that fails goes on trying. */
  readonly circuitBreaker?: DeploymentCircuitBreaker;
}

/** What a service's tasks are made of and where they run. It never changes: another one is another revision. */
export interface ServiceRevisionRecord {
  /** Nineteen digits, as in its ARN. */
  readonly id: string;
  /** Full ARN with its revision. */
  readonly taskDefinition: string;
  /** EC2 where it has no strategy either. */
  readonly launchType?: "EC2" | "FARGATE";
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
  /** As it was asked for: LATEST where nothing is said; absent outside Fargate. */
  readonly platformVersion?: string;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly createdAt: number;
}

/** Starts that failed, and what follows from them. Times are milliseconds since 1970. */
export interface StartTrouble {
  /** Tasks that ended before they counted as healthy, since the last one that did: what the breaker counts. */
  readonly failedTasks: number;
  /** Rounds of starts in a row of which a task ended without having been RUNNING: what the back-off grows with. */
  readonly failedStarts: number;
  /** When the last of those ended. */
  readonly failedStartAt?: number;
  /** No start before that. */
  readonly nextStartAt?: number;
  /** Tasks still on record whose fate is counted, for good or ill: they were healthy once, or ended before. */
  readonly judged: readonly string[];
}

/** The roll of a service to a revision, under way or past. Times are milliseconds since 1970. */
export interface DeploymentRecord {
  /** `ecs-svc/` and nineteen digits: what its tasks are started by. */
  readonly id: string;
  /** Of its service deployment, as in that ARN. */
  readonly serviceDeploymentId: string;
  readonly revision: string;
  /** INACTIVE ones have no tasks any more and are kept as history. */
  readonly status: "PRIMARY" | "ACTIVE" | "INACTIVE";
  readonly rolloutState: DeploymentRolloutState;
  readonly rolloutStateReason: string;
  readonly serviceDeploymentStatus: ServiceDeploymentStatus;
  readonly statusReason?: string;
  /** Revisions that ran when it began. */
  readonly sources: readonly string[];
  readonly bounds: DeploymentBounds;
  readonly trouble: StartTrouble;
  /** Placement has refused a task of it since then, for that reason. */
  readonly unplaced?: { readonly reason: string; readonly since: number };
  /** It is a rollback: of which deployment, and why. */
  readonly rollbackOf?: { readonly deployment: string; readonly reason: string };
  /** It ended in a rollback, to that revision. */
  readonly rollback?: { readonly revision: string; readonly reason: string; readonly startedAt: number };
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly finishedAt?: number;
}

/** A sentence about a service, for people; and what EventBridge is told of it, where AWS has a name for that. */
export interface ServiceEventRecord {
  readonly id: string;
  readonly at: number;
  readonly message: string;
  readonly told?: ToldEvent;
  /** DescribeServices does not list it: only EventBridge is told. */
  readonly isUnlisted?: true;
  /** The version of the record that said it first; absent until it is written. */
  readonly version?: number;
}

/** A service with its deployments, revisions and events: one record, so that each change of it is one move. */
export interface ServiceRecord extends Scope {
  readonly cluster: string;
  readonly name: string;
  /** DRAINING while the tasks of a deleted one end; INACTIVE then, described for a while and never listed. */
  readonly status: "ACTIVE" | "DRAINING" | "INACTIVE";
  readonly schedulingStrategy: SchedulingStrategy;
  /** Of a DAEMON: how many hosts are to have one, as the keeper saw last. */
  readonly desiredCount: number;
  readonly bounds: DeploymentBounds;
  readonly placementConstraints: readonly PlacementConstraint[];
  readonly placementStrategy: readonly PlacementStrategy[];
  readonly healthCheckGracePeriodSeconds?: number;
  readonly availabilityZoneRebalancing: "ENABLED" | "DISABLED";
  readonly enableECSManagedTags: boolean;
  readonly propagateTags: "NONE" | "SERVICE" | "TASK_DEFINITION";
  readonly tags: Tags;
  readonly createdBy: string;
  readonly createdAt: number;
  /** Set when it became INACTIVE. */
  readonly inactiveAt?: number;
  /** PRIMARY first, then newest first; at most twenty INACTIVE ones. */
  readonly deployments: readonly DeploymentRecord[];
  /** Those that deployments name. */
  readonly revisions: readonly ServiceRevisionRecord[];
  /** Newest first, at most a hundred. */
  readonly events: readonly ServiceEventRecord[];
  /** It had its desired count of healthy tasks of one deployment, and said so, since it last changed. */
  readonly isSteady: boolean;
  /** Whoever creates it again with this token means this one. */
  readonly creation?: { readonly clientToken: string; readonly fingerprint: string };
}

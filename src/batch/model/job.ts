import type { ContainerProperties } from "@aws-sdk/client-batch";
import type { HostId, TaskId } from "../../fleet/index.ts";
import type { EnvironmentId, JobId, QueueId } from "./ids.ts";
import type { RetryStrategy } from "./retry-strategy.ts";
import type { JobStatus } from "./states.ts";

/** Members of a container that are handed on to the task as AWS writes them. */
type PassedOn = Pick<
  ContainerProperties,
  | "user"
  | "privileged"
  | "readonlyRootFilesystem"
  | "ulimits"
  | "volumes"
  | "mountPoints"
  | "linuxParameters"
  | "logConfiguration"
  | "jobRoleArn"
  | "executionRoleArn"
  | "secrets"
  | "repositoryCredentials"
>;

/**
 * What a job runs, resolved: definition, overrides and `Ref::` parameters are already in it, and the definition is never needed
 * again. Equal jobs should have the same members in the same order: the dispatcher translates each text once.
 */
export interface JobContainer extends PassedOn {
  readonly image: string;
  /** Empty leaves the image's own. */
  readonly command: readonly string[];
  /** Without AWS_BATCH_*, which every attempt gets beside these. */
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** Whole and at least 1 on EC2; one is 1024 CPU units of a host. */
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** What the name of its log stream begins with where nothing else is asked: the definition's name. */
  readonly logStreamPrefix?: string;
  /** How many children its array has. */
  readonly siblings?: number;
}

/** What a job waits for before it is RUNNABLE. At most 20. */
export type JobDependency =
  /** That job (an array: all its children), or a child `parent:index`, has SUCCEEDED. */
  | { readonly type: "job"; readonly job: JobId }
  /** Arrays only: child i after child i of an array of the same size. */
  | { readonly type: "N_TO_N"; readonly job: JobId }
  /** Arrays only: child i after child i − 1. */
  | { readonly type: "SEQUENTIAL" };

/** What is known of a job from its submission on, and never changes. Times are milliseconds since 1970. */
export interface JobSubmission {
  /** A UUID. */
  readonly id: JobId;
  readonly name: string;
  readonly queue: QueueId;
  /** ARN of the job definition's revision. */
  readonly definition: string;
  readonly container: JobContainer;
  readonly parameters: Readonly<Record<string, string>>;
  readonly retry: RetryStrategy;
  /** Counted from each attempt's start. */
  readonly timeoutSeconds?: number;
  readonly dependsOn: readonly JobDependency[];
  /** 2 to 10,000 children. */
  readonly arraySize?: number;
  /** The share of a queue with a fair-share policy; absent in a queue without. */
  readonly share?: string;
  /** 0 to 9999, the higher first. */
  readonly schedulingPriority: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly propagateTags: boolean;
  readonly createdAt: number;
  /** What the submission was caused by, so that doing it again finds the job: an `Idempotency-Key`. */
  readonly cause?: JobCause;
}

export interface JobCause {
  /** Unique in the installation: holds scope and key. */
  readonly key: string;
  /** Digest of the parameters; the same key with another one is a conflict. */
  readonly fingerprint: string;
}

/** One attempt: a task of the fleet. Members are absent as long as they are not known. */
export interface JobAttempt {
  /** From 1. */
  readonly attempt: number;
  readonly task: TaskId;
  readonly host: HostId;
  readonly environment: EnvironmentId;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly exitCode?: number;
  /** Of the container, as AWS words it: `OutOfMemoryError: …`. */
  readonly reason?: string;
  /** Of the attempt: `Essential container in task exited`. */
  readonly statusReason?: string;
}

/** CANCEL acts on what has not started, TERMINATE on everything; timeouts and time limits of a queue end a job in the same way. */
export interface JobStop {
  readonly kind: "cancel" | "terminate" | "timeout";
  /** Becomes the job's statusReason. */
  readonly reason: string;
  readonly at: number;
}

/** Why a RUNNABLE job has not started, in numbers. */
export interface WaitingReason {
  /** AWS's word: `CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY`, `MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT`, … */
  readonly code: string;
  /** AWS's sentence style, with our figures. */
  readonly text: string;
  /** Since when it is the reason. */
  readonly since: number;
}

/** How many children have each status; only those that are not zero need be there. */
export type StatusSummary = Readonly<Partial<Record<JobStatus, number>>>;

/** A job as it is described: alone, an array's parent, or a child, as if every child had a record. */
export interface Job extends JobSubmission {
  readonly status: JobStatus;
  /** Of an ended job, of one set aside, and of one that waits where the reason is known. */
  readonly statusReason?: string;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  /** Ended ones, then the one under way. */
  readonly attempts: readonly JobAttempt[];
  /** Of a child. */
  readonly child?: { readonly parent: JobId; readonly index: number };
  /** Of an array's parent. */
  readonly summary?: StatusSummary;
  readonly stop?: JobStop;
  /** While RUNNABLE. */
  readonly waiting?: WaitingReason;
}

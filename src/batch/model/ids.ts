import { createHash } from "node:crypto";
import type { TaskId } from "../../fleet/index.ts";
import type { Brand } from "../../kernel/brand.ts";
import { type Scope, scopeKey } from "../../kernel/scope.ts";

/** A job's UUID, or `UUID:index` for a child of an array. */
export type JobId = Brand<"JobId">;
/** `account/region/name`. */
export type QueueId = Brand<"QueueId">;
/** `account/region/name` of a compute environment. */
export type EnvironmentId = Brand<"EnvironmentId">;
/** `account/region/name` of a scheduling policy. */
export type PolicyId = Brand<"PolicyId">;

export const queueId = (scope: Scope, name: string): QueueId => `${scopeKey(scope)}/${name}` as QueueId;
export const environmentId = (scope: Scope, name: string): EnvironmentId =>
  `${scopeKey(scope)}/${name}` as EnvironmentId;
export const policyId = (scope: Scope, name: string): PolicyId => `${scopeKey(scope)}/${name}` as PolicyId;

/** A queue's, an environment's or a policy's id taken apart. */
export const scopedName = (id: QueueId | EnvironmentId | PolicyId): Scope & { readonly name: string } => {
  const [account = "", region = "", name = ""] = id.split("/");
  return { account, region, name };
};

export const childId = (parent: JobId, index: number): JobId => `${parent}:${index}` as JobId;

/** A child's parent and index; `undefined` for a job that is no child. */
export const childParts = (id: JobId): { readonly parent: JobId; readonly index: number } | undefined => {
  const parts = /^([^:]+):(\d+)$/.exec(id);
  return parts ? { parent: parts[1] as JobId, index: Number(parts[2]) } : undefined;
};

/** The task of an attempt: derived, so that the same attempt can never be two tasks. Attempts count from 1. */
export const taskOfAttempt = (id: JobId, attempt: number): TaskId =>
  createHash("sha256").update(`${id}#${attempt}`).digest("hex").slice(0, 32) as TaskId;

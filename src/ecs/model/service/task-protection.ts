import type { UpdateTaskProtectionRequest } from "@aws-sdk/client-ecs";
import type { Task } from "../../../fleet/index.ts";
import { InvalidParameterException } from "../errors.ts";
import { detailsOf } from "../task-details.ts";

const BY_DEFAULT_MINUTES = 120;
const MOST_MINUTES = 2880;

/** Until when a request protects, in milliseconds since 1970; `undefined`: not any more. Throws InvalidParameterException. */
export const protectionEnd = (
  { protectionEnabled, expiresInMinutes }: Pick<UpdateTaskProtectionRequest, "protectionEnabled" | "expiresInMinutes">,
  now: number,
): number | undefined => {
  const minutes = expiresInMinutes ?? BY_DEFAULT_MINUTES;
  if (minutes < 1 || minutes > MOST_MINUTES)
    throw new InvalidParameterException(`expiresInMinutes must be between 1 and ${MOST_MINUTES}, but was ${minutes}.`);
  return protectionEnabled ? now + minutes * 60_000 : undefined;
};

/** The reason why a task has no protection to be told or changed: as ECS's API failures have it. */
export const protectionFailure = (
  task: Task | undefined,
): { readonly reason: string; readonly detail?: string } | undefined => {
  if (!task || task.observed.status === "STOPPED") return { reason: "MISSING" };
  if (!task.group.startsWith("service:"))
    return { reason: "TASK_NOT_VALID", detail: "The specified task is not part of an Amazon ECS service." };
  return undefined;
};

/** When a task's protection ends, where it has one now. */
export const protectedUntil = (task: Pick<Task, "details">, now: number): number | undefined => {
  const { protectedUntil: until } = detailsOf(task);
  return until !== undefined && until > now ? until : undefined;
};

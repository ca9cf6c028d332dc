import type { TaskOverride } from "@aws-sdk/client-ecs";
import type { Task } from "../../fleet/index.ts";
import type { FargateDetails } from "./fargate.ts";
import type { AskedNetwork } from "./network-configuration.ts";
import type { TaskDefinitionMembers } from "./records.ts";
import type { Tags } from "./tags.ts";

/** What ECS keeps with a task of the fleet: all that the spec does not tell and an answer shows. */
export interface TaskDetails {
  readonly taskDefinitionArn: string;
  readonly overrides: TaskOverride;
  readonly tags: Tags;
  readonly launchType: "EC2" | "FARGATE";
  /** Absent where the task was started by a launch type. */
  readonly capacityProviderName?: string;
  readonly fargate?: FargateDetails;
  readonly startedBy?: string;
  /** The scheduler of its service leaves it alone until then; milliseconds since 1970. */
  readonly protectedUntil?: number;
  /** In network mode awsvpc. */
  readonly network?: AskedNetwork;
  /** The task's own cpu and memory as a definition writes them, overrides applied. */
  readonly cpu?: string;
  readonly memory?: string;
  /** CPU units by container: the spec has only the weight made of them. */
  readonly containerCpu: Readonly<Record<string, number>>;
}

/** The details as the fleet keeps them: plain JSON. */
export const asStoredDetails = (details: TaskDetails): Task["details"] => ({ ...details });

/** The details of a task that ECS started. */
export const detailsOf = ({ details }: Pick<Task, "details">): TaskDetails => details as unknown as TaskDetails;

/** Whether a task is one of ECS's: other wings keep other details. */
export const isEcsTask = ({ details }: Pick<Task, "details">): boolean => typeof details.taskDefinitionArn === "string";

/** CPU units of each container by name. */
export const containerCpuOf = ({ containerDefinitions = [] }: TaskDefinitionMembers): Record<string, number> =>
  Object.fromEntries((containerDefinitions ?? []).map(({ name = "", cpu = 0 }) => [name, cpu]));

/** Terms that tasks are found by, `find` and `list` alike. */
export const TERM = {
  family: (family: string): string => `family:${family}`,
  startedBy: (by: string): string => `startedBy:${by}`,
  group: (group: string): string => `group:${group}`,
  service: (name: string): string => `service:${name}`,
  capacityProvider: (name: string): string => `capacityProvider:${name}`,
  launchType: (type: string): string => `launchType:${type}`,
  taskDefinition: (arn: string): string => `taskDefinition:${arn}`,
  /** The store's own. */
  desired: (status: string): string => `desired:${status}`,
  host: (host: string): string => `host:${host}`,
} as const;

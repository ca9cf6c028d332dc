import type { HostView, Task } from "../../fleet/index.ts";
import { clusterParts } from "../../fleet/index.ts";
import { uuidOf } from "../../kernel/fingerprint.ts";
import type { EventKind } from "../model/service/told-events.ts";
import { asEcsTask } from "./as-ecs-task.ts";

/** An event in EventBridge's shape. */
export interface EventBridgeEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "ECS Task State Change" | EventKind["detailType"];
  readonly source: "aws.ecs";
  readonly account: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** RFC 3339, as EventBridge has times. */
export const wholeSeconds = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");

/**
 * A change of a task as ECS tells EventBridge: the task as DescribeTasks answers it, times as texts, and `updatedAt`.
 * The same version of a task always is the same event, so a receiver can tell a repeated delivery by its id.
 */
export const asTaskStateChangeEvent = (task: Task, host: HostView | undefined, at: number): EventBridgeEvent => {
  const { account, region } = clusterParts(task.cluster);
  const { tags: _, ...described } = asEcsTask(task, host);
  return {
    version: "0",
    id: uuidOf(task.id, String(task.version)),
    "detail-type": "ECS Task State Change",
    source: "aws.ecs",
    account,
    time: wholeSeconds(at),
    region,
    resources: [described.taskArn ?? ""],
    // Through JSON, so that it holds no dates: it is to be written, signed and compared as text.
    detail: { ...JSON.parse(JSON.stringify(described)), updatedAt: new Date(at).toISOString() },
  };
};

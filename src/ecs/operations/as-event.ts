import type { HostView, Task } from "../../fleet/index.ts";
import { clusterParts } from "../../fleet/index.ts";
import { uuidOf } from "../../kernel/fingerprint.ts";
import { asEcsTask } from "./as-ecs-task.ts";

/** An event in EventBridge's shape. */
export interface EventBridgeEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": "ECS Task State Change";
  readonly source: "aws.ecs";
  readonly account: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

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
    time: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [described.taskArn ?? ""],
    // Through JSON, so that it holds no dates: it is to be written, signed and compared as text.
    detail: { ...JSON.parse(JSON.stringify(described)), updatedAt: new Date(at).toISOString() },
  };
};

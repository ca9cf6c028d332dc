import type * as ecs from "@aws-sdk/client-ecs";
import { ApiError } from "../../../src/kernel/errors.ts";
import type { Operations } from "../../../src/kernel/operation.ts";

/** An error a handler may throw, by its code. */
export const anError = (code: string, message: string, detail: Record<string, unknown> = {}): ApiError =>
  new (class extends ApiError {
    override readonly code = code;
    override readonly detail = detail;
  })(message);

/** A few of ECS's operations, answering from what they were asked: enough to look at the wire through. */
export const ecsStubs: Operations<typeof ecs, "DescribeTasks" | "ListTasks" | "RunTask" | "StopTask"> = {
  async DescribeTasks({ tasks }, caller) {
    return { tasks: [], failures: tasks.map((arn) => ({ arn, reason: "MISSING", detail: caller.principal })) };
  },
  async ListTasks({ cluster }, { region, account }) {
    return { taskArns: [`arn:aws:ecs:${region}:${account}:task/${cluster ?? "default"}/1`] };
  },
  async RunTask({ taskDefinition }) {
    if (taskDefinition === "break") throw new TypeError("a bug with secrets in its words");
    if (taskDefinition === "stray") return { tasks: [], stray: true } as object;
    throw anError("ClientException", "TaskDefinition not found.");
  },
  async StopTask() {
    throw anError("ClusterNotFoundException", "Cluster not found.");
  },
};

import { EventEmitter, on } from "node:events";
import { Type } from "typebox";
import type { Task, TaskId } from "../../fleet/index.ts";
import { type OwnOperation, ownOperation, type ServerEvent } from "../../kernel/own-operation.ts";
import { ResourceNotFoundException } from "../model/errors.ts";
import { taskIdOf } from "../model/task-id.ts";
import type { AdminDeps } from "../ports.ts";
import { taskParams } from "./schemas.ts";

type ProgressDeps = Pick<AdminDeps, "fleet" | "listeners" | "progress">;

/** How a launch goes on. */
export const progressOperations = (deps: ProgressDeps): OwnOperation[] => [
  ownOperation({
    name: "FollowProgress",
    summary: "Events `line` (an image's pull, for people) and `status`, until the task is RUNNING or STOPPED",
    method: "GET",
    path: "/tasks/{id}/progress",
    params: taskParams,
    answer: "events",
    output: Type.Object({
      line: Type.Optional(Type.String()),
      status: Type.Optional(Type.String()),
      reason: Type.Optional(Type.String({ description: "Why it stopped, once it has" })),
    }),
    async handle({ params, signal }) {
      const id = taskIdOf(params.id);
      const [task] = await deps.fleet.tasks([id]);
      if (!task) throw new ResourceNotFoundException("task", params.id);
      return progressOf(id, deps, signal);
    },
  }),
];

type News = { readonly line: string } | "changed";

async function* progressOf(id: TaskId, deps: ProgressDeps, signal: AbortSignal): AsyncIterable<ServerEvent> {
  const news = new EventEmitter();
  const tell = (item: News) => void news.emit("news", item);
  // Listens first and reads then, so that nothing falls between.
  const items = on(news, "news", { signal });
  const stopListening = [
    deps.progress.listen(id, (line) => tell({ line })),
    deps.listeners.listen((item) => {
      if (item.type === "resync" || item.change.subject === id) tell("changed");
    }),
  ];
  tell("changed");
  let told: string | undefined;
  try {
    for await (const [item] of items as AsyncIterable<[News]>) {
      if (item !== "changed") {
        yield { event: "line", data: item };
        continue;
      }
      const [task] = await deps.fleet.tasks([id]);
      const status = task?.observed.status ?? "STOPPED";
      if (status === told) continue;
      told = status;
      yield { event: "status", data: { status, ...reasonOf(task) } };
      if (status === "RUNNING" || status === "STOPPED") return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const stop of stopListening) stop();
  }
}

const reasonOf = (task: Task | undefined): { readonly reason?: string } => {
  if (task?.observed.status !== "STOPPED") return {};
  const reason = task.observed.containers.find((container) => container.reason)?.reason ?? task.stop?.reason;
  return reason === undefined ? {} : { reason };
};

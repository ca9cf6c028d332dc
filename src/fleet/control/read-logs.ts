import type { LogLine } from "../model/container-plan.ts";
import type { TaskId } from "../model/ids.ts";
import type { FleetDeps } from "./deps.ts";

/**
 * What a container printed so far, and while `follow` what it prints until its task is STOPPED: that is recorded only once
 * all output is on disk.
 */
export async function* readLogs(
  deps: Pick<FleetDeps, "logFiles" | "tasks" | "listeners">,
  task: TaskId,
  container: string,
  { follow, tail, signal }: { follow: boolean; tail?: number; signal: AbortSignal },
): AsyncIterable<LogLine> {
  const ended = new AbortController();
  const isOver = async (): Promise<boolean> => {
    const [record] = await deps.tasks.get([task]);
    return record === undefined || record.observed.status === "STOPPED";
  };
  const unlisten = deps.listeners.listen((item) => {
    if (item.type === "change" && item.change.subject !== task) return;
    // A store that is away says nothing of the task. A last change comes when it has been cleaned up.
    void isOver().then(
      (over) => over && ended.abort(),
      () => {},
    );
  });
  try {
    // Listening came first, so a task that ends right now is not missed.
    if (follow && (await isOver())) ended.abort();
    yield* deps.logFiles.read(task, container, {
      follow,
      ...(tail !== undefined && { tail }),
      signal,
      ended: ended.signal,
    });
  } finally {
    unlisten();
  }
}

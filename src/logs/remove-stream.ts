import type { TaskId } from "../fleet/index.ts";
import { type LogStreamRecord, streamId, TERM } from "./model/records.ts";
import type { LogsDeps } from "./ports.ts";

/**
 * Removes a stream and its events; `false`: it was gone. A task's output stays while the task is on record, or another stream has it. What a crash
 * leaves is removed by the sweep.
 */
export const removeStream = async (
  { events, fleet, logStreams }: Pick<LogsDeps, "events" | "fleet" | "logStreams">,
  { group, name, key, source }: LogStreamRecord,
): Promise<boolean> => {
  if (!(await logStreams.remove(streamId(group, name)))) return false;
  await events.remove(key);
  if (source) {
    const [task] = await fleet.tasks([source.task as TaskId]);
    const isWanted = task !== undefined || (await logStreams.find([TERM.task(source.task)])).length > 0;
    if (!isWanted) await events.removeTask(source.task);
  }
  return true;
};

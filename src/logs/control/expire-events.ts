import type { TaskId } from "../../fleet/index.ts";
import type { LogGroupRecord, LogStreamRecord } from "../model/records.ts";
import { expiredBefore } from "../model/retention.ts";
import type { LogsDeps } from "../ports.ts";
import { removeStream } from "../remove-stream.ts";

const AT_ONCE = 100;

const chunks = function* <Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += AT_ONCE) yield items.slice(at, at + AT_ONCE);
};

/**
 * Removes what retention says, and what a crash left of deleted groups and streams. To be called by a sweep; may run at any time, and
 * in several processes. Expired events are hidden before that: reading leaves them out.
 */
export const expireEvents = async (deps: LogsDeps): Promise<void> => {
  const { logStreams, events } = deps;
  // Files are made after records are: what has files now and no record later is left over.
  const [keys, ids] = [await events.keys(), await logStreams.find([])];
  const groups = await groupsByKey(deps);
  const liveKeys = new Set<string>();
  for (const some of chunks(ids)) {
    for (const stored of await logStreams.get(some)) {
      if (stored && !(await expireStream(deps, stored.value, groups.get(stored.value.group))))
        liveKeys.add(stored.value.key);
    }
  }
  for (const key of keys) if (!liveKeys.has(key)) await events.remove(key);
};

const groupsByKey = async ({ logGroups }: LogsDeps): Promise<ReadonlyMap<string, LogGroupRecord>> => {
  const stored = await logGroups.get(await logGroups.find([]));
  return new Map(stored.flatMap((one) => (one ? [[one.value.key, one.value] as const] : [])));
};

/**
 * Whether a stream is no more: its group was deleted, or it showed a container's output, and all of that has expired. AWS keeps empty streams;
 * here there would be one for each task that ever ran.
 */
const expireStream = async (
  deps: LogsDeps,
  stream: LogStreamRecord,
  group: LogGroupRecord | undefined,
): Promise<boolean> => {
  if (!group) return removeStream(deps, stream);
  if (group.retentionInDays === undefined) return false;
  const before = expiredBefore(group.retentionInDays, deps.clock.now());
  await deps.events.expire(stream.key, before);
  if (!stream.source || stream.createdAt >= before) return false;
  const bounds = await deps.events.bounds(stream);
  if (bounds && bounds.last >= before) return false;
  const [task] = await deps.fleet.tasks([stream.source.task as TaskId]);
  return task === undefined && removeStream(deps, stream);
};

import type { Scope } from "../kernel/scope.ts";
import { noSuchGroup, noSuchStream } from "./model/errors.ts";
import { groupId, type LogGroupRecord, type LogStreamRecord, nameOfStreamId, streamId, TERM } from "./model/records.ts";
import type { LogsDeps } from "./ports.ts";

const AT_ONCE = 500;

/** The group of that name. Throws ResourceNotFoundException. */
export const findGroup = async (
  { logGroups }: Pick<LogsDeps, "logGroups">,
  name: string,
  scope: Scope,
): Promise<LogGroupRecord> => {
  const [stored] = await logGroups.get([groupId(scope, name)]);
  if (!stored) throw noSuchGroup();
  return stored.value;
};

/** The stream of that name in a group. Throws ResourceNotFoundException. */
export const findStream = async (
  { logStreams }: Pick<LogsDeps, "logStreams">,
  group: LogGroupRecord,
  name: string,
): Promise<LogStreamRecord> => {
  const [stored] = await logStreams.get([streamId(group.key, name)]);
  if (!stored) throw noSuchStream();
  return stored.value;
};

/** Names of a group's streams that begin with a prefix, in their order. */
export const streamNames = async (
  { logStreams }: Pick<LogsDeps, "logStreams">,
  group: LogGroupRecord,
  prefix = "",
): Promise<string[]> =>
  (await logStreams.find([TERM.group(group.key)])).map(nameOfStreamId).filter((name) => name.startsWith(prefix));

/** Streams of a group by name, without those that are gone. */
export const streamsNamed = async (
  { logStreams }: Pick<LogsDeps, "logStreams">,
  group: LogGroupRecord,
  names: readonly string[],
): Promise<LogStreamRecord[]> => {
  const found: LogStreamRecord[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const ids = names.slice(at, at + AT_ONCE).map((name) => streamId(group.key, name));
    for (const stored of await logStreams.get(ids)) if (stored) found.push(stored.value);
  }
  return found;
};

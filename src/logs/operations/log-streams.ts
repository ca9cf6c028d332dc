import type { LogStream } from "@aws-sdk/client-cloudwatch-logs";
import pLimit from "p-limit";
import { findGroup, findStream, streamNames, streamsNamed } from "../find.ts";
import { InvalidParameterException, noSuchStream, ResourceAlreadyExistsException } from "../model/errors.ts";
import { askedGroup, checkGroupName, checkStreamName, streamArn } from "../model/names.ts";
import { pageOf } from "../model/page.ts";
import { type LogGroupRecord, type LogStreamRecord, streamId, streamTerms } from "../model/records.ts";
import type { LogsDeps, LogsOperations } from "../ports.ts";
import { removeStream } from "../remove-stream.ts";

type StreamOperations = LogsOperations<"CreateLogStream" | "DeleteLogStream" | "DescribeLogStreams">;

const READ_AT_ONCE = 16;

/** Log streams: made, deleted, described in the order of their names or of their last events. */
export const logStreamOperations = (deps: LogsDeps): StreamOperations => {
  const { logStreams, clock, random } = deps;
  /** Describes streams; the times of their events are read from their files. */
  const described = async (group: LogGroupRecord, streams: readonly LogStreamRecord[]): Promise<LogStream[]> => {
    const limit = pLimit(READ_AT_ONCE);
    return Promise.all(
      streams.map((stream) => limit(async () => asLogStream(group, stream, await deps.events.bounds(stream)))),
    );
  };

  return {
    async CreateLogStream({ logGroupName, logStreamName }, caller) {
      const group = await findGroup(deps, checkGroupName(logGroupName), caller);
      const name = checkStreamName(logStreamName);
      const stream: LogStreamRecord = { group: group.key, name, key: random.hex(16), createdAt: clock.now() };
      if (!(await logStreams.create(streamId(group.key, name), stream, streamTerms(stream))))
        throw new ResourceAlreadyExistsException("The specified log stream already exists");
      return {};
    },

    async DeleteLogStream({ logGroupName, logStreamName }, caller) {
      const group = await findGroup(deps, checkGroupName(logGroupName), caller);
      const stream = await findStream(deps, group, checkStreamName(logStreamName));
      if (!(await removeStream(deps, stream))) throw noSuchStream();
      return {};
    },

    async DescribeLogStreams(request, caller) {
      const { logStreamNamePrefix: prefix, orderBy = "LogStreamName", descending = false } = request;
      if (orderBy === "LastEventTime" && prefix !== undefined)
        throw new InvalidParameterException("Cannot order by LastEventTime with a logStreamNamePrefix.");
      const group = await findGroup(deps, askedGroup(request, caller), caller);
      const names = await streamNames(deps, group, prefix);
      const turned = <Item>(items: readonly Item[]): readonly Item[] => (descending ? items.toReversed() : items);
      const list = `log-streams ${group.key} ${orderBy} ${descending}`;
      if (orderBy === "LogStreamName") {
        const order = descending ? (a: string, b: string) => compare(b, a) : compare;
        const { items, ...rest } = pageOf(list, turned(names), (name) => name, request, order);
        return { logStreams: await described(group, await streamsNamed(deps, group, items)), ...rest };
      }
      const all = await described(group, await streamsNamed(deps, group, names));
      const timed = all.map((stream) => ({ stream, key: timeKey(stream) })).sort((a, b) => compare(a.key, b.key));
      const order = descending ? (a: string, b: string) => compare(b, a) : compare;
      const { items, ...rest } = pageOf(list, turned(timed), ({ key }) => key, request, order);
      return { logStreams: items.map(({ stream }) => stream), ...rest };
    },
  };
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorts as the time of the last event does. Streams without events come first. */
const timeKey = ({ lastEventTimestamp = 0, logStreamName }: LogStream): string =>
  `${String(lastEventTimestamp).padStart(15, "0")} ${logStreamName}`;

const asLogStream = (
  group: LogGroupRecord,
  { name, createdAt }: LogStreamRecord,
  bounds: Awaited<ReturnType<LogsDeps["events"]["bounds"]>>,
): LogStream => ({
  logStreamName: name,
  creationTime: createdAt,
  arn: streamArn(group, group.name, name),
  // AWS counts no bytes of streams any more, and says zero.
  storedBytes: 0,
  ...(bounds && {
    firstEventTimestamp: bounds.first,
    lastEventTimestamp: bounds.last,
    lastIngestionTime: bounds.lastIngestedAt,
  }),
});

import { readdir } from "node:fs/promises";
import { CloudWatchLogs, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import t from "tap";
import { aLogsWorld, NOON } from "../support/logs-world.ts";
import { aWire } from "./support/a-wire.ts";

const REGION = "us-east-1";
const ACCOUNT = "111122223333";
const GROUP_ARN = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/web`;
const DAY = 86_400_000;

t.test("CloudWatch Logs as AWS's own client meets it", async (t) => {
  const world = await aLogsWorld(t);
  const wire = await aWire(t, { services: [world.wing], bodyLimitBytes: 4 * 1024 * 1024 });
  const other = await aWire(t, { services: [world.aProcess()] });
  const client = new CloudWatchLogs({ ...wire.client, region: REGION });
  const elsewhere = new CloudWatchLogs({ ...other.client, region: REGION });
  t.teardown(() => {
    client.destroy();
    elsewhere.destroy();
  });
  let groups = 0;
  /** A new group with a stream `s`, and how to put messages to it, a second apart. */
  const aStream = async () => {
    groups += 1;
    const names = { logGroupName: `/g${groups}`, logStreamName: "s" };
    await client.createLogGroup({ logGroupName: names.logGroupName });
    await client.createLogStream(names);
    const put = (messages: readonly string[], from = NOON) =>
      client.putLogEvents({
        ...names,
        logEvents: messages.map((message, n) => ({ timestamp: from + n * 1_000, message })),
      });
    return { names, put };
  };
  const messages = ({ events = [] }: { events?: readonly { message?: string | undefined }[] | undefined }) =>
    events.map(({ message }) => message);

  await t.test("groups are made, described, kept for some days, and deleted", async (t) => {
    await client.createLogGroup({ logGroupName: "/web", tags: { team: "a" } });
    await client.createLogGroup({ logGroupName: "/web/2" });
    await t.rejects(client.createLogGroup({ logGroupName: "/web" }), {
      name: "ResourceAlreadyExistsException",
      message: "The specified log group already exists",
    });
    await t.rejects(client.createLogGroup({ logGroupName: "a b" }), {
      name: "InvalidParameterException",
      message: /at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression/,
    });
    await t.rejects(client.createLogGroup({ logGroupName: "k", kmsKeyId: "key" }), {
      message: /'kmsKeyId'.*not built/,
      $metadata: { httpStatusCode: 501 },
    });
    await client.putRetentionPolicy({ logGroupName: "/web", retentionInDays: 7 });
    await t.rejects(client.putRetentionPolicy({ logGroupName: "/web", retentionInDays: 8 }), {
      name: "InvalidParameterException",
    });
    const first = await client.describeLogGroups({ logGroupNamePrefix: "/web", limit: 1 });
    t.match(first.logGroups, [
      {
        logGroupName: "/web",
        arn: `${GROUP_ARN}:*`,
        logGroupArn: GROUP_ARN,
        retentionInDays: 7,
        creationTime: NOON,
        logGroupClass: "STANDARD",
      },
    ]);
    const second = await client.describeLogGroups({ logGroupNamePrefix: "/web", nextToken: first.nextToken! });
    t.same(
      second.logGroups?.map(({ logGroupName }) => logGroupName),
      ["/web/2"],
    );
    t.notOk(second.nextToken);
    await client.deleteRetentionPolicy({ logGroupName: "/web" });
    t.notOk((await client.describeLogGroups({ logGroupNamePattern: "web" })).logGroups?.[0]?.retentionInDays);
    await client.deleteLogGroup({ logGroupName: "/web/2" });
    for (const ask of [
      () => client.deleteLogGroup({ logGroupName: "/web/2" }),
      () => client.describeLogStreams({ logGroupName: "/web/2" }),
      () => client.putRetentionPolicy({ logGroupName: "/web/2", retentionInDays: 1 }),
    ])
      await t.rejects(ask(), {
        name: "ResourceNotFoundException",
        message: "The specified log group does not exist.",
      });
  });

  await t.test("tags are the same by ARN and by name", async (t) => {
    await client.tagResource({ resourceArn: GROUP_ARN, tags: { stage: "test", empty: "" } });
    await client.tagLogGroup({ logGroupName: "/web", tags: { team: "b" } });
    await client.untagResource({ resourceArn: GROUP_ARN, tagKeys: ["empty"] });
    const tags = { stage: "test", team: "b" };
    t.same((await client.listTagsForResource({ resourceArn: GROUP_ARN })).tags, tags);
    t.same((await client.listTagsLogGroup({ logGroupName: "/web" })).tags, tags);
    await client.untagLogGroup({ logGroupName: "/web", tags: ["stage"] });
    t.same((await client.listTagsForResource({ resourceArn: GROUP_ARN })).tags, { team: "b" });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, "v"]));
    await t.rejects(client.tagResource({ resourceArn: GROUP_ARN, tags: many }), { name: "TooManyTagsException" });
    await t.rejects(client.listTagsForResource({ resourceArn: `${GROUP_ARN}x` }), {
      name: "ResourceNotFoundException",
    });
  });

  await t.test("streams are described by name, by prefix and by their last event", async (t) => {
    const { names, put } = await aStream();
    await put(["one", "two"]);
    for (const logStreamName of ["a/1", "a/2", "z"]) await client.createLogStream({ ...names, logStreamName });
    await t.rejects(client.createLogStream(names), { name: "ResourceAlreadyExistsException" });
    await t.rejects(client.createLogStream({ ...names, logStreamName: "a:b" }), { name: "InvalidParameterException" });
    const described = async (input: object) =>
      (await client.describeLogStreams({ ...names, ...input })).logStreams?.map(({ logStreamName }) => logStreamName);
    t.same(await described({}), ["a/1", "a/2", "s", "z"]);
    t.same(await described({ descending: true, limit: 2 }), ["z", "s"]);
    t.same(await described({ logStreamNamePrefix: "a/" }), ["a/1", "a/2"]);
    t.same((await described({ orderBy: "LastEventTime", descending: true }))?.[0], "s");
    await t.rejects(described({ orderBy: "LastEventTime", logStreamNamePrefix: "a" }), {
      name: "InvalidParameterException",
    });
    const page = await client.describeLogStreams({ ...names, limit: 3 });
    t.match(page.logStreams?.[2], {
      logStreamName: "s",
      arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${names.logGroupName}:log-stream:s`,
      creationTime: NOON,
      firstEventTimestamp: NOON,
      lastEventTimestamp: NOON + 1_000,
      lastIngestionTime: NOON,
      storedBytes: 0,
    });
    t.match(await client.describeLogStreams({ ...names, nextToken: page.nextToken! }), {
      logStreams: [{ logStreamName: "z" }],
    });
    await client.deleteLogStream(names);
    await t.rejects(client.getLogEvents(names), {
      name: "ResourceNotFoundException",
      message: "The specified log stream does not exist.",
    });
    await client.createLogStream(names);
    t.same(messages(await client.getLogEvents(names)), [], "made anew, it is empty");
  });

  await t.test("what is put is read in the order of its times, whoever put it and however late", async (t) => {
    const { names, put } = await aStream();
    await put(["c", "d"], NOON + 10_000);
    await put(["a", "b"], NOON);
    await elsewhere.putLogEvents({
      ...names,
      sequenceToken: "of long ago",
      logEvents: [{ timestamp: NOON + 5_000, message: "between\nlines" }],
    });
    const { events } = await client.getLogEvents({ ...names, startFromHead: true });
    t.same(messages({ events }), ["a", "b", "between\nlines", "c", "d"]);
    t.match(events?.[0], { timestamp: NOON, ingestionTime: NOON });
    const range = { startTime: NOON + 1_000, endTime: NOON + 10_000 };
    t.same(messages(await client.getLogEvents({ ...names, ...range })), ["b", "between\nlines"], "the end excluded");
  });

  await t.test("tokens lead to the end and back, over a restart, and the end has its own token", async (t) => {
    const { names, put } = await aStream();
    await put(["1", "2", "3", "4", "5"]);
    const latest = await client.getLogEvents({ ...names, limit: 2 });
    t.same(messages(latest), ["4", "5"], "the latest, in their order");
    const earlier = await elsewhere.getLogEvents({ ...names, limit: 2, nextToken: latest.nextBackwardToken! });
    t.same(messages(earlier), ["2", "3"]);
    const again = await client.getLogEvents({ ...names, nextToken: earlier.nextForwardToken!, startFromHead: true });
    t.same(messages(again), ["4", "5"], "and forward again");
    const first = await client.getLogEvents({ ...names, nextToken: earlier.nextBackwardToken! });
    t.same(messages(first), ["1"]);
    const none = await client.getLogEvents({ ...names, nextToken: first.nextBackwardToken! });
    t.same(messages(none), []);
    t.equal(none.nextBackwardToken, first.nextBackwardToken);
    const end = await client.getLogEvents({ ...names, nextToken: latest.nextForwardToken!, startFromHead: true });
    t.equal(end.nextForwardToken, latest.nextForwardToken);
    await put(["6"], NOON + 60_000);
    const live = await elsewhere.getLogEvents({ ...names, nextToken: end.nextForwardToken!, startFromHead: true });
    t.same(messages(live), ["6"], "what came since");
    for (const nextToken of ["rubbish", "f/e30"])
      await t.rejects(client.getLogEvents({ ...names, nextToken }), {
        name: "InvalidParameterException",
        message: "The specified nextToken is invalid.",
      });
  });

  await t.test("a batch keeps to AWS's limits, and what is too old or too new is told", async (t) => {
    const { names, put } = await aStream();
    const at = (timestamp: number) => ({ timestamp, message: "x" });
    const putAll = (logEvents: { timestamp: number; message: string }[]) =>
      client.putLogEvents({ ...names, logEvents });
    await t.rejects(putAll([at(NOON), at(NOON - 1)]), { message: /chronological order/ });
    await t.rejects(putAll([at(NOON - DAY - 1), at(NOON)]), { message: /span more than 24 hours/ });
    await t.rejects(putAll([]), { name: "InvalidParameterException" });
    await t.rejects(put(["x".repeat(600_000), "x".repeat(600_000)]), { message: /^Upload too large: 1200052 bytes/ });
    await put(Array.from({ length: 10_000 }, () => "x".repeat(78)));
    await t.rejects(put(Array.from({ length: 10_001 }, () => "x")), { name: "InvalidParameterException" });
    const mixed = [at(NOON - 15 * DAY), at(NOON), at(NOON + 2 * 3_600_000), at(NOON + 2 * 3_600_000 + 1)];
    t.match(await putAll(mixed), {
      rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 3 },
    });
    t.notOk((await putAll([at(NOON)])).rejectedLogEventsInfo);
    await client.putRetentionPolicy({ ...names, retentionInDays: 1 });
    t.match(await putAll([at(NOON - DAY - 1), at(NOON - DAY)]), {
      rejectedLogEventsInfo: { expiredLogEventEndIndex: 1 },
    });
    await t.rejects(client.putLogEvents({ ...names, logStreamName: "none", logEvents: [at(NOON)] }), {
      name: "ResourceNotFoundException",
    });
  });

  await t.test("a group is searched over its streams, page by page, by patterns", async (t) => {
    const { names, put } = await aStream();
    await client.createLogStream({ ...names, logStreamName: "t" });
    await put(["GET /a 200", "GET /b 500", '{"level":"error","ms":12}']);
    await client.putLogEvents({
      ...names,
      logStreamName: "t",
      logEvents: [0, 1, 2].map((n) => ({ timestamp: NOON + n * 1_000 + 500, message: `t${n} 200` })),
    });
    const all: (string | undefined)[] = [];
    for await (const page of paginateFilterLogEvents({ client, pageSize: 2 }, { logGroupName: names.logGroupName }))
      all.push(...(page.events ?? []).map(({ message, logStreamName }) => `${logStreamName} ${message}`));
    t.same(all, ["s GET /a 200", "t t0 200", "s GET /b 500", "t t1 200", 's {"level":"error","ms":12}', "t t2 200"]);
    const found = async (filterPattern: string, changes: object = {}) =>
      messages(await client.filterLogEvents({ logGroupName: names.logGroupName, filterPattern, ...changes }));
    t.same(await found("200 -GET"), ["t0 200", "t1 200", "t2 200"]);
    t.same(await found("[method, path, status = 5*]"), ["GET /b 500"]);
    t.same(await found('{ $.level = "err*" && $.ms > 10 }'), ['{"level":"error","ms":12}']);
    t.same(await found("200", { logStreamNames: ["s"] }), ["GET /a 200"]);
    t.same(await found("", { logStreamNamePrefix: "t", endTime: NOON + 1_500 }), ["t0 200", "t1 200"], "end included");
    t.same(await found("200", { startFromHead: false, startTime: NOON, limit: 1 }), ["t2 200"], "the latest first");
    await t.rejects(found("%5..%"), { name: "InvalidParameterException", message: /regular expressions.*not built/ });
    await t.rejects(found("a-b"), { message: /Invalid character\(s\) in term 'a-b'/ });
    await t.rejects(found("", { logStreamNames: ["none"] }), { name: "ResourceNotFoundException" });
    const { events } = await client.filterLogEvents({ logGroupName: names.logGroupName });
    t.equal(new Set(events?.map(({ eventId }) => eventId)).size, 6, "an id each");
    t.match(await client.filterLogEvents({ logGroupIdentifier: GROUP_ARN.replace("/web", names.logGroupName) }), {
      events: { length: 6 },
    });
  });

  await t.test(
    "a container's output is a stream, live, in the order and with the stamps that Docker gave",
    async (t) => {
      const task = "1".repeat(32);
      await t.rejects(world.starts(task, { group: "/out", streamPrefix: "p" }), {
        name: "OutputRefusedError",
        message: /failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not/,
      });
      const to = { group: "/out", streamPrefix: "p", createGroup: true };
      await world.starts(task, to);
      await world.starts(task, to);
      const at = (seconds: number) => `2026-11-24T11:00:0${seconds}.123456789Z`;
      await world.prints(task, [
        { at: at(0), text: "first" },
        { at: at(1), text: `${"x".repeat(16_384)}`, partial: true },
        { at: at(2), text: "oh", stream: "stderr" },
      ]);
      const stream = { logGroupName: "/out", logStreamName: `p/web/${task}` };
      const before = await client.getLogEvents({ ...stream, startFromHead: true });
      t.same(messages(before), ["first", "oh"], "a line is told once it is whole");
      t.equal(before.events?.[0]?.timestamp, Date.parse("2026-11-24T11:00:00.123Z"));
      await world.prints(task, [{ at: at(1), text: "end" }]);
      const behind = await elsewhere.getLogEvents({
        ...stream,
        nextToken: before.nextForwardToken!,
        startFromHead: true,
      });
      t.same(messages(behind), [`${"x".repeat(16_384)}end`], "in one event, though Docker cut it");
      await world.prints(task, [{ at: at(9), text: "by the next owner" }], 2);
      await client.putLogEvents({ ...stream, logEvents: [{ timestamp: Date.parse(at(5)), message: "put beside" }] });
      t.same(messages(await client.getLogEvents({ ...stream, limit: 3 })).slice(-2), [
        "put beside",
        "by the next owner",
      ]);
      await world.starts("2".repeat(32), { group: "/out" });
      t.match(await client.describeLogStreams({ logGroupName: "/out", logStreamNamePrefix: "id-of" }), {
        logStreams: [{ logStreamName: `id-of-${"2".repeat(32)}` }],
      });
    },
  );

  await t.test("retention hides what has expired at once, and removes it; so does deleting a group", async (t) => {
    const [kept, gone] = ["3".repeat(32), "4".repeat(32)];
    for (const task of [kept, gone]) {
      await world.starts(task, { group: "/days", streamPrefix: "p", createGroup: true });
      await world.prints(task, [{ at: "2026-11-24T11:00:00.000000000Z", text: "hello" }]);
    }
    t.same([...(await world.outputs.kept([kept as never, "9".repeat(32) as never]))], [kept]);
    const days = { logGroupName: "/days" };
    await client.putRetentionPolicy({ ...days, retentionInDays: 1 });
    const { names, put } = await aStream();
    await client.putRetentionPolicy({ ...names, retentionInDays: 1 });
    await put(["old"], NOON);
    t.equal((await client.filterLogEvents(days)).events?.length, 2);
    const files = async (folder: string) => readdir(folder, { recursive: true });
    const before = (await files(world.folders.events)).length;
    await world.clock.advance(DAY + 10_000);
    t.same(messages(await client.filterLogEvents(days)), []);
    t.same(messages(await client.getLogEvents(names)), []);
    world.onRecord.delete(gone);
    // A writer may still have its last file open: it closes it at the first sweep.
    for (let round = 0; round < 2; round += 1) await world.wing.sweeps.expireEvents();
    t.match(await client.describeLogStreams(days), { logStreams: [{ logStreamName: `p/web/${kept}` }] });
    const output = await files(world.folders.output);
    t.ok(
      output.some((file) => file.startsWith(kept)),
      "a task on record keeps its output",
    );
    t.notOk(output.some((file) => file.startsWith(gone)));
    t.ok((await files(world.folders.events)).length < before);
    await client.deleteLogGroup(names);
    await client.createLogGroup(names);
    t.same((await client.describeLogStreams(names)).logStreams, []);
  });

  await t.test("what is not built says so", async (t) => {
    await t.rejects(client.startQuery({ queryString: "x", startTime: 0, endTime: 1 }), {
      message: /StartQuery/,
      $metadata: { httpStatusCode: 501 },
    });
    await t.rejects(
      client.putMetricFilter({ logGroupName: "/web", filterName: "f", filterPattern: "", metricTransformations: [] }),
      { message: /PutMetricFilter/, $metadata: { httpStatusCode: 501 } },
    );
  });

  t.same([...wire.logged, ...other.logged], [], "nothing broke, and no answer strayed from AWS's model");
});

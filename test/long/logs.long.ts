import { CloudWatchLogs, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import t from "tap";
import { aBerth } from "../support/berth.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { idOf, script, tasksOf } from "../support/tasks.ts";
import { until } from "../support/until.ts";

const SECONDS = 30;
const MOST_GROWTH_MIB = 64;
const LAUNCHES = 10;
const MIB = 1024 * 1024;
/** What the stream tells beside the line that is printed over and over. */
const KNOWN = /^the end$|^\[berth\] output of/;

t.setTimeout(1_800_000);
const berth = await aBerth(t);
const { ecs } = berth;
const tasks = tasksOf(ecs);
const logs = new CloudWatchLogs({ endpoint: berth.url, region: "us-east-1", credentials: berth.keys });
t.teardown(() => logs.destroy());

const residentMiB = async (): Promise<number> => {
  const text = await (await fetch(`${berth.url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / MIB;
};

/** Milliseconds from RunTask to RUNNING, of launches one after the other; something may be done between them. */
const launches = async (family: string, between: () => Promise<void> = async () => {}): Promise<number[]> => {
  const took: number[] = [];
  for (let count = 0; count < LAUNCHES; count += 1) {
    const asked = performance.now();
    const [task] = await tasks.runMany(family);
    await tasks.is("RUNNING", task!);
    took.push(performance.now() - asked);
    await ecs.stopTask({ task: task!.taskArn! });
    await tasks.stopped(task!);
    await between();
  }
  return took.toSorted((a, b) => a - b);
};

/** Beside a container of the engine's own that prints as much into the same log files, which Berth knows nothing of. */
const besideUnread = async <Result>(flood: string, work: () => Promise<Result>): Promise<Result> => {
  const container = await berth.engine.docker.createContainer({
    Image: "berth/busybox:latest",
    Cmd: ["sh", "-c", flood],
    HostConfig: { LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } } },
  });
  try {
    await container.start();
    return await work();
  } finally {
    await container.remove({ force: true });
  }
};

t.test("a task that logs as fast as it can takes little memory, and its last words are read", async (t) => {
  const other = await tasks.define([script("exec sleep 60", { stopTimeout: 2 })]);
  const alone = await launches(other);
  const options = {
    "awslogs-group": "/fast",
    "awslogs-region": "us-east-1",
    "awslogs-stream-prefix": "p",
    "awslogs-create-group": "true",
  };
  const text = "a line of what a service says of each request, with a number at its end";
  const flood = `timeout ${SECONDS} yes "${text}"; echo; echo "the end"`;
  const unread = await besideUnread(flood, () => launches(other));
  const loud = await tasks.run([script(flood, { logConfiguration: { logDriver: "awslogs", options } })]);
  await tasks.is("RUNNING", loud);
  const before = await residentMiB();
  let most = before;
  const stream = { logGroupName: "/fast", logStreamName: `p/main/${idOf(loud)}` };
  const readSome = async () => {
    const { events = [] } = await logs.getLogEvents({ ...stream, limit: 100 });
    // The last line is torn where the program was killed.
    const strange = events.find(({ message = "" }) => !text.startsWith(message) && !KNOWN.test(message));
    t.equal(strange?.message, undefined, "what was printed, as it was printed");
    most = Math.max(most, await residentMiB());
  };
  const beside = await launches(other, readSome);
  await tasks.stopped(loud);
  const end = await until(
    "its last words to be read",
    () => logs.getLogEvents({ ...stream, limit: 1 }),
    ({ events = [] }) => events[0]?.message === "the end",
  );
  t.ok(end.nextBackwardToken);
  const gaps: unknown[] = [];
  const asked = { logGroupName: "/fast", filterPattern: '"[berth] output of"' };
  for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, asked)) gaps.push(...events);
  t.comment(`the stream tells of ${gaps.length} places where output was rotated away`);
  t.comment(`memory before ${before.toFixed(0)} MiB, at most ${most.toFixed(0)} MiB`);
  const told = (some: readonly number[]) =>
    `median ${some[LAUNCHES / 2]!.toFixed(0)} ms, longest ${some.at(-1)!.toFixed(0)} ms`;
  t.comment(
    `launches alone: ${told(alone)}; beside it: ${told(beside)}; beside the like that nobody reads: ${told(unread)}`,
  );
  t.ok(most - before < MOST_GROWTH_MIB, `grew by ${(most - before).toFixed(0)} MiB`);
});

await leavesNothing(t, berth);

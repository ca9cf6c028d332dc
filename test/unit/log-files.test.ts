import { appendFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t, { type Test } from "tap";
import { logFiles } from "../../src/adapters/files/log-files.ts";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import type { LogLine } from "../../src/fleet/model/container-plan.ts";
import type { TaskId } from "../../src/fleet/model/ids.ts";
import type { LogFiles } from "../../src/fleet/ports.ts";
import { eventually } from "../support/engine-waits.ts";

const TASK = "1".repeat(32) as TaskId;

/** A time that many seconds (and nanoseconds) into a minute. */
const at = (seconds: number, nanos = 0) =>
  `2026-01-01T00:00:${String(seconds).padStart(2, "0")}.${String(nanos).padStart(9, "0")}Z`;

const line = (time: string, text: string, changes: Partial<LogLine> = {}): LogLine => ({
  at: time,
  text,
  stream: "stdout",
  partial: false,
  ...changes,
});

const write = async (logs: LogFiles, epoch: number, lines: readonly LogLine[]) => {
  const appender = await logs.append(TASK, "web", epoch);
  for (const one of lines) await appender.write([one]);
  await appender.close();
};

const read = async (logs: LogFiles, options: { tail?: number } = {}): Promise<LogLine[]> => {
  const lines: LogLine[] = [];
  const signal = new AbortController().signal;
  for await (const one of logs.read(TASK, "web", { follow: false, signal, ...options })) lines.push(one);
  return lines;
};

const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

/** What an engine with these lines tells after `since`. */
const tellAfter = (lines: readonly LogLine[], since: string | undefined) =>
  since === undefined ? lines : lines.filter((one) => one.at > since);

const aDirectory = (t: Test): string => t.testdir({});

t.test("lines read back as they were written, in the order of their segments", async (t) => {
  const logs = logFiles(aDirectory(t));
  const first = [
    line(at(1), "one"),
    line(at(2), "", { stream: "stderr" }),
    line(at(3), "x ".repeat(9), { partial: true }),
  ];
  const second = [line(at(20), "  ünïcode\r  "), line(at(21), "2026-01-01T00:00:00Z o looks like ours")];
  await write(logs, 9, first);
  await write(logs, 10, second);
  t.strictSame(await read(logs), [...first, ...second]);
  t.strictSame(await read(logFiles(aDirectory(t))), [], "a container that wrote nothing");
});

t.test("tail reads the last lines, over segments", async (t) => {
  const logs = logFiles(aDirectory(t));
  const lines = Array.from({ length: 30 }, (_, n) => line(at(n), `line ${n} ${"-".repeat(9_000)}`));
  await write(logs, 1, lines.slice(0, 20));
  await write(logs, 2, lines.slice(20));
  t.strictSame(await read(logs, { tail: 3 }), lines.slice(-3));
  t.strictSame(await read(logs, { tail: 12 }), lines.slice(-12), "from the segment before");
  t.strictSame(await read(logs, { tail: 10 }), lines.slice(-10), "exactly a segment");
  t.strictSame(await read(logs, { tail: 99 }), lines, "more than there are");
  t.strictSame(await read(logs, { tail: 0 }), []);
});

t.test("the next owner reads on without a line lost or doubled", async (t) => {
  const told = [
    line(at(1), "old"),
    line(at(8, 5), "b"),
    // The engine stamps its streams apart: this one was told late.
    line(at(8, 4), "late", { stream: "stderr" }),
    line(at(8, 6), "twice"),
    line(at(8, 6), "twice"),
    line(at(9), "last"),
  ];
  for (let kept = 0; kept <= told.length; kept += 1) {
    const logs = logFiles(aDirectory(t));
    await write(logs, 1, told.slice(0, kept));
    const appender = await logs.append(TASK, "web", 2);
    const since = await logs.lastLineAt(TASK, "web");
    for (const one of tellAfter(told, since)) await appender.write([one]);
    await appender.close();
    t.strictSame(texts(await read(logs)).sort(), texts(told).sort(), `after ${kept} lines`);
  }
});

t.test("a long line cut off in the middle is read on from its beginning, whatever came between", async (t) => {
  const piece = (text: string, partial: boolean) => line(at(5), text, { partial });
  const told = [
    line(at(1), "before"),
    piece("aa", true),
    line(at(30), "meanwhile", { stream: "stderr" }),
    piece("aa", true),
    piece("end", false),
    line(at(31), "after"),
  ];
  for (let kept = 1; kept <= told.length; kept += 1) {
    const directory = aDirectory(t);
    await write(logFiles(directory), 1, told.slice(0, kept));
    const logs = logFiles(directory);
    const appender = await logs.append(TASK, "web", 1);
    for (const one of tellAfter(told, await logs.lastLineAt(TASK, "web"))) await appender.write([one]);
    await appender.close();
    const stdout = (await read(logs)).filter(({ stream }) => stream === "stdout");
    t.equal(texts(stdout).join("|"), "before|aa|aa|end|after", `after ${kept} pieces`);
  }
});

t.test("what the engine rotated away while nobody read is told in one line", async (t) => {
  const logs = logFiles(aDirectory(t));
  await write(logs, 1, [line(at(1), "one"), line(at(2), "two")]);
  const follow = async (epoch: number, lines: readonly LogLine[]) => {
    const appender = await logs.append(TASK, "web", epoch);
    for (const one of tellAfter(lines, await logs.lastLineAt(TASK, "web"))) await appender.write([one]);
    await appender.close();
  };
  await follow(2, [line(at(7), "five"), line(at(8), "six")]);
  const [, , missing, ...rest] = texts(await read(logs));
  t.match(missing, /^\[berth\] output of 5\.0 seconds is missing here: .* came after 2026-01-01T00:00:02\.000000000Z /);
  t.same(rest, ["five", "six"]);
  await follow(3, [line(at(7), "five"), line(at(8), "six"), line(at(9), "seven")]);
  t.same(texts(await read(logs)).slice(3), ["five", "six", "seven"], "once");
});

t.test("what a crash tore is left out, and written over by the same epoch", async (t) => {
  const directory = aDirectory(t);
  const folder = join(directory, TASK, "web");
  await write(logFiles(directory), 1, [line(at(1), "whole")]);
  await appendFile(join(folder, "1.log"), `${at(2)} o tor`);
  t.strictSame(texts(await read(logFiles(directory))), ["whole"]);
  await write(logFiles(directory), 1, [line(at(2), "torn no more")]);
  t.strictSame(texts(await read(logFiles(directory))), ["whole", "torn no more"]);
  await mkdir(join(directory, TASK, "db"), { recursive: true });
  await writeFile(join(directory, TASK, "db", "1.log"), "nothing of ours\n");
  t.equal(await logFiles(directory).lastLineAt(TASK, "db"), undefined, "a file without a line of ours");
});

t.test("a follower gets lines as they come, from the next segment too, until its signal aborts", async (t) => {
  const clock = movableClock();
  const logs = logFiles(aDirectory(t), clock);
  const stop = new AbortController();
  const following = logs.read(TASK, "web", { follow: true, signal: stop.signal })[Symbol.asyncIterator]();
  const next = async () => (await following.next()).value?.text;
  const first = next();
  const appender = await logs.append(TASK, "web", 1);
  await appender.write([line(at(1), "one")]);
  t.equal(await first, "one");
  const second = next();
  await appender.write([line(at(2), "two")]);
  t.equal(await second, "two");
  await appender.close();
  const third = next();
  await write(logs, 2, [line(at(3), "three")]);
  t.equal(await third, "three");
  const end = following.next();
  stop.abort();
  t.strictSame(await end, { value: undefined, done: true });
});

t.test("once the output has ended a follower tells what is on disk by then, and ends", async (t) => {
  const logs = logFiles(aDirectory(t), movableClock());
  const ended = new AbortController();
  const signal = new AbortController().signal;
  const following = logs.read(TASK, "web", { follow: true, signal, ended: ended.signal });
  const seen: string[] = [];
  await write(logs, 1, [line(at(1), "one")]);
  for await (const { text } of following) {
    seen.push(text);
    if (text === "last") continue;
    await write(logs, 1, [line(at(2), "last")]);
    ended.abort();
  }
  t.strictSame(seen, ["one", "last"]);
  const again = logs.read(TASK, "web", { follow: true, signal, ended: ended.signal });
  for await (const { text } of again) seen.push(text);
  t.strictSame(seen, ["one", "last", "one", "last"], "also when it had ended before");
});

t.test("a follower finds what another process wrote when it looks by itself", async (t) => {
  const clock = movableClock();
  const directory = aDirectory(t);
  const stop = new AbortController();
  const reader = logFiles(directory, clock).read(TASK, "web", { follow: true, signal: stop.signal });
  const first = reader[Symbol.asyncIterator]().next();
  await clock.settle();
  await write(logFiles(directory), 1, [line(at(1), "from elsewhere")]);
  let found: string | undefined;
  void first.then(({ value }) => {
    found = value.text;
  });
  const waited = await eventually("the follower to look", async () => {
    await clock.advance(500);
    return { found, saw: found };
  });
  t.equal(waited, "from elsewhere");
  stop.abort();
});

t.test("removing a task removes its output, and only its own", async (t) => {
  const directory = aDirectory(t);
  const logs = logFiles(directory);
  await write(logs, 1, [line(at(1), "one")]);
  await logs.remove("2".repeat(32) as TaskId);
  t.equal((await read(logs)).length, 1);
  await logs.remove(TASK);
  await logs.remove(TASK);
  t.strictSame(await readdir(directory), []);
  await t.rejects(logs.append(TASK, "../..", 1), /no name for a log/);
  await t.rejects(logs.remove(".." as TaskId), /no name for a log/);
});

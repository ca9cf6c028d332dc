import { mkdtempSync } from "node:fs";
import { appendFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import t, { type Test } from "tap";
import { eventStore } from "../../src/adapters/files/event-store.ts";
import { logFiles } from "../../src/adapters/files/log-files.ts";
import type { LogLine } from "../../src/fleet/model/container-plan.ts";
import type { TaskId } from "../../src/fleet/model/ids.ts";
import type { Direction, Position } from "../../src/logs/model/position.ts";
import type { EventStore, StoredEvent, StreamFiles } from "../../src/logs/ports.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const STREAM: StreamFiles = { key: "s" };
const TASK = "1".repeat(32);
const WITH_OUTPUT: StreamFiles = { key: "s", source: { task: TASK, container: "web" } };

const aPlace = (t: Test) => {
  const home = mkdtempSync(join(tmpdir(), "berth-events-"));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  return { events: join(home, "events"), output: join(home, "logs") };
};

const event = (timestamp: number, message: string): StoredEvent => ({ timestamp, ingestedAt: NOON, message });

interface Asked {
  readonly direction: Direction;
  readonly position?: Position;
  readonly from?: number;
  readonly before?: number;
}

/** One page of messages, and where it ends. */
const page = async (
  store: EventStore,
  streams: readonly StreamFiles[],
  asked: Asked,
  most = Number.POSITIVE_INFINITY,
) => {
  const { start, events } = await store.read(streams, { from: 0, before: Number.POSITIVE_INFINITY, ...asked });
  const messages: string[] = [];
  const position: Record<string, number> = { ...start };
  for await (const some of events) {
    for (const { message, run, begin, end } of some) {
      if (messages.length === most) return { messages, position };
      messages.push(message);
      position[run] = asked.direction === "forward" ? end : begin;
    }
  }
  return { messages, position };
};

const allPages = async (store: EventStore, streams: readonly StreamFiles[], asked: Asked, most: number) => {
  const all: string[] = [];
  let position: Position | undefined;
  for (;;) {
    const next = await page(store, streams, { ...asked, ...(position && { position }) }, most);
    if (next.messages.length === 0) return { all, position };
    all.push(...next.messages);
    position = next.position;
  }
};

t.test("however events were put, pages of any size give each of them once, in order, there and back", async (t) => {
  const batch = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), async (batches, most) => {
      const place = aPlace(t);
      const stores = [eventStore(place, "one"), eventStore(place, "two")];
      const put = batches.map((offsets, index) =>
        offsets.toSorted((a, b) => a - b).map((offset, n) => event(NOON + offset, `${offset} ${index}.${n}`)),
      );
      await Promise.all(put.map((events, index) => stores[index % 2]!.append(STREAM.key, events)));
      const store = eventStore(place, "reader");
      const times = put.flat().map(({ timestamp }) => timestamp - NOON);
      const forward = await allPages(store, [STREAM], { direction: "forward" }, most);
      const backward = await allPages(store, [STREAM], { direction: "backward" }, most);
      const timesOf = (messages: readonly string[]) => messages.map((message) => Number(message.split(" ")[0]));
      t.same(
        timesOf(forward.all),
        times.toSorted((a, b) => a - b),
      );
      t.equal(new Set(forward.all).size, times.length);
      t.same(backward.all.toReversed(), forward.all, "backward is forward from its end");
      const half = await page(store, [STREAM], { direction: "forward" }, Math.ceil(times.length / 2));
      const back = await page(store, [STREAM], { direction: "backward", position: half.position });
      t.same(back.messages.toReversed(), half.messages, "back from where a page ended");
    }),
    { numRuns: 40 },
  );
});

t.test("a time asked for is found in long files without reading them all", async (t) => {
  const place = aPlace(t);
  const store = eventStore(place, "one");
  const many = Array.from({ length: 9_000 }, (_, n) => event(NOON + n * 1_000, `${n} ${"-".repeat(200)}`));
  for (let at = 0; at < many.length; at += 1_000) await store.append(STREAM.key, many.slice(at, at + 1_000));
  const asked = { from: NOON + 7_000_000, before: NOON + 7_003_000 };
  const numbers = ({ messages }: { messages: readonly string[] }) => messages.map((one) => Number.parseInt(one, 10));
  t.same(numbers(await page(store, [STREAM], { direction: "forward", ...asked })), [7000, 7001, 7002]);
  t.same(numbers(await page(store, [STREAM], { direction: "backward", ...asked })), [7002, 7001, 7000]);
  const { start } = await store.read([STREAM], { direction: "forward", ...asked });
  t.ok(Object.values(start)[0]! > 1_000_000, "it began near what was asked for");
  t.same(await store.bounds(STREAM), { first: NOON, last: NOON + 8_999_000, lastIngestedAt: NOON });
  t.equal(await store.bounds({ key: "none" }), undefined);
});

t.test("what a crash tore is left out, and what another process appends later is read on", async (t) => {
  const place = aPlace(t);
  await eventStore(place, "one").append(STREAM.key, [event(NOON, "whole")]);
  const [file = ""] = await readdir(join(place.events, STREAM.key));
  await appendFile(join(place.events, STREAM.key, file), '[1764000000000,1,"to');
  const reader = eventStore(place, "reader");
  const first = await page(reader, [STREAM], { direction: "forward" });
  t.same(first.messages, ["whole"]);
  t.same((await page(reader, [STREAM], { direction: "backward" })).messages, ["whole"]);
  await eventStore(place, "two").append(STREAM.key, [event(NOON - 5_000, "earlier"), event(NOON + 1, "after")]);
  const next = await page(reader, [STREAM], { direction: "forward", position: first.position });
  t.same(next.messages, ["earlier", "after"], "also what is earlier than what was read");
});

t.test("puts at the same time share their writes, and each is there when it is answered", async (t) => {
  const store = eventStore(aPlace(t), "one");
  const reader = eventStore(aPlace(t), "reader");
  t.same((await page(reader, [STREAM], { direction: "forward" })).messages, []);
  await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      await store.append(STREAM.key, [event(NOON + n, `m${n}`)]);
      const { messages } = await page(store, [STREAM], { direction: "forward" });
      t.ok(messages.includes(`m${n}`));
    }),
  );
  t.equal((await page(store, [STREAM], { direction: "forward" })).messages.length, 50);
});

t.test("a container's output reads like what was put: whole lines, from any page, in both directions", async (t) => {
  const place = aPlace(t);
  const output = logFiles(place.output);
  const stamp = (n: number) => `${new Date(NOON + n).toISOString().slice(0, -1)}123456Z`;
  const piece = (n: number, changes: Partial<LogLine>): LogLine => ({
    at: stamp(n),
    stream: "stdout",
    text: "x".repeat(16_384),
    partial: true,
    ...changes,
  });
  const appender = await output.append(TASK as TaskId, "web", 1);
  const expected: string[] = [];
  for (let n = 0; n < 300; n += 1) {
    if (n % 50 === 7) {
      for (let count = 0; count < n % 4; count += 1) await appender.write([piece(n, {})]);
      await appender.write([piece(n, { stream: "stderr", text: `beside ${n}`, partial: false })]);
      await appender.write([piece(n, { text: `end ${n}`, partial: false })]);
      expected.push(`beside ${n}`, `${"x".repeat((n % 4) * 16_384)}end ${n}`);
    } else {
      await appender.write([piece(n, { text: `line ${n}`, partial: false })]);
      expected.push(`line ${n}`);
    }
  }
  await appender.close();
  const store = eventStore(place, "one");
  for (const most of [1, 3, 50, 1_000]) {
    const forward = await allPages(store, [WITH_OUTPUT], { direction: "forward" }, most);
    t.same(forward.all, expected, `pages of ${most}`);
    const backward = await allPages(store, [WITH_OUTPUT], { direction: "backward" }, most);
    t.same(backward.all.toReversed(), expected, `pages of ${most} backward`);
  }
  await store.append("s", [event(NOON + 100, "put")]);
  const { messages } = await page(store, [WITH_OUTPUT], { direction: "forward", from: NOON + 99, before: NOON + 102 });
  t.same(messages, ["line 99", "line 100", "put", "line 101"]);
  const endless = await output.append(TASK as TaskId, "endless", 1);
  for (let count = 0; count < 40; count += 1) await endless.write([piece(count, {})]);
  await endless.close();
  const stream = { key: "e", source: { task: TASK, container: "endless" } };
  const parts = (await page(store, [stream], { direction: "forward" })).messages;
  t.same(
    parts.map((part) => part.length),
    [15 * 16_384, 15 * 16_384],
    "a line without an end is cut below 256 KiB",
  );
});

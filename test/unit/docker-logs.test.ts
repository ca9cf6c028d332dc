import { Readable } from "node:stream";
import t from "tap";
import type { Ask } from "../../src/adapters/docker/ask.ts";
import { logLines } from "../../src/adapters/docker/logs.ts";
import type { ContainerId } from "../../src/fleet/model/ids.ts";

const START_MS = Date.UTC(2026, 0, 1);

/** A time so many milliseconds into a day, as Docker writes it. */
const at = (ms: number) => new Date(START_MS + ms).toISOString().replace("Z", "000000Z");

/** What each line has behind its number: long lines make few of many megabytes. */
const REST = "-".repeat(900);

const frame = (ms: number, stream: "stdout" | "stderr" = "stdout"): Buffer => {
  const text = Buffer.from(`${at(ms)} ${ms}${REST}\n`);
  const header = Buffer.alloc(8);
  header[0] = stream === "stderr" ? 2 : 1;
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, text]);
};

const msOf = (one: Buffer): number => Number.parseInt(one.toString("utf8", 8).split(" ")[1]!, 10);

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

/** An engine that answers one reading after the other with those of these lines that are wanted; it tells what it was asked. */
const anEngine = (readings: readonly (readonly Buffer[])[]) => {
  const asked: { since: string | undefined; follow: unknown }[] = [];
  const ask: Ask = {
    answer: () => Promise.reject(new Error("nobody asks")),
    upgrade: () => Promise.reject(new Error("nobody asks")),
    async stream({ query = {} }) {
      asked.push({ since: query.since as string | undefined, follow: query.follow });
      const from = query.since === undefined ? 0 : Math.round((Number(query.since) - START_MS / 1000) * 1000);
      return Readable.from((readings[asked.length - 1] ?? []).filter((one) => msOf(one) >= from)) as never;
    },
  };
  return { ask, asked };
};

/** Rests that are over at once; it tells how long they were to be. */
const impatient = () => {
  const rests: number[] = [];
  const wait = async (milliseconds: number) => {
    rests.push(milliseconds);
    return true;
  };
  return { rests, wait };
};

const read = async (ask: Ask, timers = impatient()): Promise<string[]> => {
  const texts: string[] = [];
  const options = { terminal: false, follow: true, signal: new AbortController().signal };
  for await (const lines of logLines(ask, "engine", "c" as ContainerId, options, timers))
    texts.push(...lines.map(({ text }) => text.replace(REST, "")));
  return texts;
};

const texts = (some: readonly number[]) => some.map(String);
const frames = (some: readonly number[]) => some.map((ms) => frame(ms));

t.test("the end of what was followed is read once more, and nothing told twice", async (t) => {
  const { ask, asked } = anEngine([frames(numbers(0, 5)), frames(numbers(0, 7))]);
  t.same(await read(ask), texts(numbers(0, 7)));
  t.match(asked, [{ follow: true }, { follow: false }]);
  const long = anEngine([frames(numbers(0, 5_000)), frames(numbers(4_000, 5_002))]);
  t.same(await read(long.ask), texts(numbers(0, 5_002)));
  t.equal(long.asked[1]?.since, `${START_MS / 1000 + 4}.000000000`, "from a little before the end");
});

t.test("stdout and stderr are stamped apart: that is no second telling", async (t) => {
  const mixed = [frame(1), frame(3), frame(2, "stderr"), frame(4), frame(3, "stderr")];
  const { ask, asked } = anEngine([mixed, mixed]);
  t.same(await read(ask), ["1", "3", "2", "4", "3"]);
  t.equal(asked.length, 2);
});

t.test("an engine that tells a file again after its rotation is asked anew, behind what was told", async (t) => {
  const { ask, asked } = anEngine([
    frames([...numbers(0, 3_000), ...numbers(1_000, 2_000), ...numbers(9_000, 9_500)]),
    frames(numbers(2_000, 3_500)),
    frames(numbers(2_000, 4_100)),
    frames(numbers(2_000, 4_100)),
  ]);
  t.same(await read(ask), texts(numbers(0, 4_100)), "what it left out was still there");
  t.match(asked, [{ follow: true }, { follow: false }, { follow: true }, { follow: false }]);
});

t.test("what was rotated away unread is one line that says from when to when", async (t) => {
  const { ask } = anEngine([
    frames([...numbers(0, 3_000), ...numbers(1_000, 1_100)]),
    frames(numbers(8_000, 8_100)),
    frames(numbers(8_000, 8_100)),
    frames(numbers(8_000, 8_100)),
  ]);
  const told = await read(ask);
  t.match(told[3_000], /^\[berth\] output of 5\.0 seconds is missing here: .* after 2026-01-01T00:00:02\.999000000Z/);
  t.same(told.toSpliced(3_000, 1), texts([...numbers(0, 3_000), ...numbers(8_000, 8_100)]));
  const halfGone = anEngine([
    frames([...numbers(0, 3_000), ...numbers(1_000, 1_100)]),
    frames(numbers(2_900, 3_100)),
    frames(numbers(2_900, 3_100)),
    frames(numbers(2_900, 3_100)),
  ]);
  t.same(await read(halfGone.ask), texts(numbers(0, 3_100)), "nothing is missing where the last lines told are there");
});

t.test("a container that prints much is not followed for long: it is read until there is little new", async (t) => {
  const { ask, asked } = anEngine([
    frames(numbers(0, 8_000)),
    frames(numbers(0, 10_000)),
    frames(numbers(0, 10_001)),
    frames(numbers(0, 10_002)),
    frames(numbers(0, 10_003)),
  ]);
  const timers = impatient();
  t.same(await read(ask, timers), texts(numbers(0, 10_003)));
  t.same(timers.rests, [1_500], "the engine has time for others between two whole readings");
  t.match(asked, [{ follow: true }, { follow: false }, { follow: false }, { follow: true }, { follow: false }]);
});

t.test("a machine's clock that is set back does not make it read for ever", async (t) => {
  const again = frames([10, 11, 12, 5, 13]);
  const { ask, asked } = anEngine([again, again, again, again]);
  t.same((await read(ask)).slice(0, 3), texts([10, 11, 12]));
  t.equal(asked.length, 4);
});

import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import t from "tap";
import { outlastFullDisk } from "../../src/app/patient-log.ts";
import { until } from "../support/until.ts";

t.test("a log that cannot be written waits, ends nothing, and then says how many lines were too many", async (t) => {
  const folder = t.testdir({ full: "", room: "" });
  // A file opened for reading takes nothing, as a full disk does.
  const destination = pino.destination({ dest: openSync(join(folder, "full"), "r"), sync: true, maxLength: 400 });
  const log = pino({ base: null, timestamp: false }, destination);
  outlastFullDisk(destination, (dropped) => log.warn({ dropped }, "lost"));
  for (let line = 1; line <= 20; line += 1) log.info({ line }, "a line");

  const room = join(folder, "room");
  Object.assign(destination, { fd: openSync(room, "a") });
  const lines = await until(
    "what waited to be written",
    async () =>
      readFileSync(room, "utf8")
        .split("\n")
        .flatMap((text) => (text ? [JSON.parse(text) as { line?: number; dropped?: number }] : [])),
    (told) => told.at(-1)?.dropped !== undefined,
  );
  const kept = lines.flatMap(({ line }) => line ?? []);
  t.ok(kept.length > 5, "some lines waited");
  t.strictSame(
    kept,
    kept.map((_, index) => index + 1),
    "the first ones, each once and in order",
  );
  t.equal(lines.at(-1)?.dropped, 20 - kept.length);
  log.info({ line: 21 }, "a line");
  t.match(readFileSync(room, "utf8"), /"line":21,"msg":"a line"\}\n$/, "and it goes on as before");
});

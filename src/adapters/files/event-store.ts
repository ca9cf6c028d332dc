import { readdir, rm } from "node:fs/promises";
import type { Position } from "../../logs/model/position.ts";
import type { EventQuery, EventStore, PlacedEvent } from "../../logs/ports.ts";
import { eventAppender } from "./event-appender.ts";
import { mergeEvents } from "./event-merge.ts";
import { eventsBefore, eventsFrom } from "./event-reader.ts";
import { type EventFolders, type EventRun, endOfRun, putRuns, runsOf, streamFolder } from "./event-runs.ts";
import { offsetsAround } from "./event-search.ts";
import { taskFolder } from "./log-segments.ts";

const MOST_BLOCK_BYTES = 65_536;
const LEAST_BLOCK_BYTES = 8_192;
/** What the first blocks of all runs of a reading take together, about. */
const BLOCKS_BYTES = 8 * 1024 * 1024;

const blockBytesOf = (runs: number): number =>
  Math.max(LEAST_BLOCK_BYTES, Math.min(MOST_BLOCK_BYTES, Math.floor(BLOCKS_BYTES / Math.max(1, runs))));

/** Where reading of a run begins. What was appended to a new run since an earlier page is all behind that page. */
const startOf = async (run: EventRun, { direction, position, from, before }: EventQuery): Promise<number> => {
  if (position) return Math.min(position[run.id] ?? 0, await endOfRun(run));
  return direction === "forward" ? (await offsetsAround(run, from)).before : (await offsetsAround(run, before)).behind;
};

async function* eventsOf(
  run: EventRun,
  stream: number,
  start: number,
  { direction, from, before }: EventQuery,
  blockBytes: number,
): AsyncGenerator<readonly PlacedEvent[]> {
  const isForward = direction === "forward";
  for await (const some of isForward ? eventsFrom(run, start, blockBytes) : eventsBefore(run, start, blockBytes)) {
    yield some
      .filter(({ timestamp }) => timestamp >= from && timestamp < before)
      .map((event) => ({ ...event, run: run.id, stream }));
    const last = some.at(-1);
    if (last && (isForward ? last.timestamp >= before + run.disorderMs : last.timestamp < from - run.disorderMs))
      return;
  }
}

/** The first event that a sequence gives. */
const firstOf = async <T>(events: AsyncIterable<readonly T[]>): Promise<T | undefined> => {
  for await (const [event] of events) if (event) return event;
  return undefined;
};

const namesIn = async (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });

/** Events in files. `writer` is this process, to tell it from others that share the folders. */
export const eventStore = (folders: EventFolders, writer: string): EventStore => {
  const appender = eventAppender(folders, writer);
  return {
    append: appender.append,
    async read(streams, query) {
      const runs = (
        await Promise.all(
          streams.map(async (one, stream) => (await runsOf(folders, one)).map((run) => ({ run, stream }))),
        )
      ).flat();
      const start: Record<string, number> = {};
      for (const { run } of runs) start[run.id] = await startOf(run, query);
      const blockBytes = blockBytesOf(runs.length);
      const each = runs.map(({ run, stream }) => eventsOf(run, stream, start[run.id] ?? 0, query, blockBytes));
      return { start: start satisfies Position, events: mergeEvents(each, query.direction) };
    },
    async bounds(stream) {
      const times = await Promise.all(
        (await runsOf(folders, stream)).map(async (run) => ({
          first: await firstOf(eventsFrom(run, 0, LEAST_BLOCK_BYTES)),
          last: await firstOf(eventsBefore(run, await endOfRun(run), LEAST_BLOCK_BYTES)),
        })),
      );
      const firsts = times.flatMap(({ first }) => first ?? []);
      const lasts = times.flatMap(({ last }) => last ?? []);
      if (firsts.length === 0) return undefined;
      return {
        first: Math.min(...firsts.map(({ timestamp }) => timestamp)),
        last: Math.max(...lasts.map(({ timestamp }) => timestamp)),
        lastIngestedAt: Math.max(...lasts.map(({ ingestedAt }) => ingestedAt)),
      };
    },
    async expire(stream, before) {
      for (const run of await putRuns(folders, stream)) {
        const last = await firstOf(eventsBefore(run, await endOfRun(run), LEAST_BLOCK_BYTES));
        if (last && last.timestamp >= before) continue;
        if (appender.isOpen(run.path)) appender.forget(stream);
        else await rm(run.path, { force: true });
      }
    },
    async remove(stream) {
      appender.forget(stream);
      await rm(streamFolder(folders, stream), { recursive: true, force: true });
    },
    keys: () => namesIn(folders.events),
    removeTask: (task) => rm(taskFolder(folders.output, task), { recursive: true, force: true }),
  };
};

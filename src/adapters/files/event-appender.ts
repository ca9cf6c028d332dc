import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { StoredEvent } from "../../logs/ports.ts";
import { eventText } from "./event-lines.ts";
import { type EventFolders, runFile, streamFolder } from "./event-runs.ts";

/** A run is not appended to once it is that long: retention removes whole files. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Of so many streams it is known where they were appended to last; others begin new runs. */
const MOST_STREAMS = 1_000;

interface OpenRun {
  readonly path: string;
  last: number;
  bytes: number;
}

interface Waiting {
  readonly events: readonly StoredEvent[];
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const appendDurably = async (path: string, text: string, isNew: boolean): Promise<void> => {
  const made = isNew ? await mkdir(dirname(path), { recursive: true }) : undefined;
  const file = await open(path, "a");
  try {
    await file.appendFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
  if (isNew) await syncFolder(dirname(path));
  if (made !== undefined) await syncFolder(dirname(made));
};

/**
 * Appends to streams, each batch in the order of its times. A run stays in order: a batch that is earlier than what a run ends with goes to another
 * one. Runs bear the writer's name and nobody else appends to them. Batches that come while others are written share a sync.
 */
export const eventAppender = (folders: EventFolders, writer: string) => {
  const runsByStream = new Map<string, OpenRun[]>();
  const waitingByStream = new Map<string, Waiting[]>();
  let made = 0;

  const runsOf = (stream: string): OpenRun[] => {
    const runs = runsByStream.get(stream) ?? [];
    runsByStream.delete(stream);
    runsByStream.set(stream, runs);
    const [oldest] = runsByStream.keys();
    if (runsByStream.size > MOST_STREAMS && oldest !== undefined) runsByStream.delete(oldest);
    return runs;
  };

  /** The run whose end is nearest before the batch, or a new one. */
  const runFor = (stream: string, first: number): OpenRun => {
    const runs = runsOf(stream);
    const fitting = runs.filter(({ last, bytes }) => last <= first && bytes < MOST_BYTES);
    const nearest = fitting.reduce<OpenRun | undefined>(
      (best, run) => (best && best.last > run.last ? best : run),
      undefined,
    );
    if (nearest) return nearest;
    made += 1;
    const fresh = { path: runFile(streamFolder(folders, stream), `${writer}-${made}`), last: 0, bytes: 0 };
    runs.push(fresh);
    return fresh;
  };

  const writeAll = async (stream: string, batches: readonly Waiting[]): Promise<void> => {
    const texts = new Map<OpenRun, { text: string; isNew: boolean }>();
    for (const { events } of batches) {
      const run = runFor(stream, events[0]!.timestamp);
      const text = events.map((event) => `${eventText(event)}\n`).join("");
      const { text: before, isNew } = texts.get(run) ?? { text: "", isNew: run.bytes === 0 };
      texts.set(run, { text: before + text, isNew });
      run.last = events.at(-1)!.timestamp;
      run.bytes += Buffer.byteLength(text);
    }
    try {
      for (const [{ path }, { text, isNew }] of texts) await appendDurably(path, text, isNew);
    } catch (error) {
      // What a failed write left may end in the middle of a line: nothing is appended behind it.
      runsByStream.delete(stream);
      throw error;
    }
  };

  const writeWaiting = async (stream: string): Promise<void> => {
    for (;;) {
      const batches = waitingByStream.get(stream) ?? [];
      if (batches.length === 0) break;
      waitingByStream.set(stream, []);
      try {
        await writeAll(stream, batches);
        for (const { written } of batches) written();
      } catch (error) {
        for (const { failed } of batches) failed(error);
      }
    }
    waitingByStream.delete(stream);
  };

  return {
    append: (stream: string, events: readonly StoredEvent[]): Promise<void> =>
      new Promise((written, failed) => {
        if (events.length === 0) return written();
        const waiting = waitingByStream.get(stream);
        waitingByStream.set(stream, [...(waiting ?? []), { events, written, failed }]);
        if (!waiting) void writeWaiting(stream);
      }),
    /** Its files are being removed: later batches begin new ones. */
    forget: (stream: string): void => void runsByStream.delete(stream),
    /** Whether batches may still be appended to a file. */
    isOpen: (path: string): boolean => [...runsByStream.values()].some((runs) => runs.some((run) => run.path === path)),
  };
};

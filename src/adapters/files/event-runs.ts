import { open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { StreamFiles } from "../../logs/ports.ts";
import { type EventLine, printedLine, putLine } from "./event-lines.ts";
import { containerFolder, segmentsIn } from "./log-segments.ts";
import { wholeBytes } from "./whole-bytes.ts";

/** A file of events in (nearly) the order of their times, which is only appended to. */
export interface EventRun {
  /** Unique among all streams. */
  readonly id: string;
  readonly path: string;
  /** How much earlier than one before it an event may be, in milliseconds: Docker stamps stdout and stderr apart. */
  readonly disorderMs: number;
  parse(text: string): EventLine | undefined;
}

export interface EventFolders {
  /** `<stream key>/<run>.events`. */
  readonly events: string;
  /** Output of containers as the fleet keeps it. */
  readonly output: string;
}

const ENDING = ".events";
const DISORDER_MS = 5_000;

const filesIn = async (folder: string): Promise<string[]> =>
  (
    await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    })
  ).filter((name) => name.endsWith(ENDING));

export const streamFolder = ({ events }: EventFolders, key: string): string => join(events, key);
export const runFile = (folder: string, name: string): string => join(folder, name + ENDING);

/** The runs of what was put to a stream. */
export const putRuns = async (folders: EventFolders, key: string): Promise<EventRun[]> => {
  const folder = streamFolder(folders, key);
  return (await filesIn(folder)).sort().map((name) => ({
    id: `${key}.${basename(name, ENDING)}`,
    path: join(folder, name),
    disorderMs: 0,
    parse: putLine,
  }));
};

/** All runs of a stream: its own, and the segments of its container's output. */
export const runsOf = async (folders: EventFolders, { key, source }: StreamFiles): Promise<EventRun[]> => {
  const segments = source ? await segmentsIn(containerFolder(folders.output, source.task, source.container)) : [];
  const printed = segments.map((path) => ({
    id: `${key}:${basename(path, ".log")}`,
    path,
    disorderMs: DISORDER_MS,
    parse: printedLine,
  }));
  return [...printed, ...(await putRuns(folders, key))];
};

/** Bytes of a file from an offset on into a buffer, fewer at the file's end; none of a file that is gone. */
export const readBytes = async (path: string, offset: number, into: Buffer): Promise<Buffer> => {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!file) return into.subarray(0, 0);
  try {
    const { bytesRead } = await file.read(into, 0, into.length, offset);
    return into.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

/** Where the last whole line of a run ends. */
export const endOfRun = async ({ path }: EventRun): Promise<number> => {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!file) return 0;
  try {
    return await wholeBytes(file);
  } finally {
    await file.close();
  }
};

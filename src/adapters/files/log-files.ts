import { rm } from "node:fs/promises";
import type { LogLine } from "../../fleet/model/container-plan.ts";
import type { LogFiles } from "../../fleet/ports.ts";
import { systemTimers, type Timers } from "../../kernel/timers.ts";
import { linesBackwards } from "./lines-backwards.ts";
import { logAppender } from "./log-appender.ts";
import { type ReadOptions, readLines } from "./log-reader.ts";
import { type Resume, resumeAfter } from "./log-resume.ts";
import { containerFolder, segmentFile, segmentsIn, taskFolder } from "./log-segments.ts";
import { lineOfText } from "./log-text.ts";

/** Another process of the installation may be the one that writes: then nobody tells, and a follower looks by itself. */
const LOOK_EVERY_MS = 500;

async function* latestFirst(folder: string): AsyncGenerator<LogLine> {
  for (const segment of (await segmentsIn(folder)).reverse()) {
    for await (const { text } of linesBackwards(segment)) {
      const line = lineOfText(text);
      if (line) yield line;
    }
  }
}

/** Output of containers in files below a directory: `<task>/<container>/<epoch>.log`. */
export const logFiles = (directory: string, timers: Timers = systemTimers): LogFiles => {
  const listenersByFolder = new Map<string, Set<() => void>>();
  /** Of containers that are being appended to: what `append` found. */
  const resumeByFolder = new Map<string, Resume | undefined>();

  const tell = (folder: string) => {
    for (const listener of [...(listenersByFolder.get(folder) ?? [])]) listener();
  };
  /** Resolves at the next write to the folder, or a while later; `false` once the signal aborts. */
  const nextWrite = async (folder: string, signal: AbortSignal): Promise<boolean> => {
    const told = new AbortController();
    const listener = () => told.abort();
    const listeners = listenersByFolder.get(folder) ?? new Set();
    listenersByFolder.set(folder, listeners.add(listener));
    signal.addEventListener("abort", listener);
    if (signal.aborted) told.abort();
    await timers.wait(LOOK_EVERY_MS, told.signal);
    signal.removeEventListener("abort", listener);
    listeners.delete(listener);
    if (listeners.size === 0) listenersByFolder.delete(folder);
    return !signal.aborted;
  };
  return {
    async append(task, container, epoch) {
      const folder = containerFolder(directory, task, container);
      const resume = await resumeAfter(latestFirst(folder));
      const appender = await logAppender(segmentFile(folder, epoch), resume?.kept ?? [], () => tell(folder));
      resumeByFolder.set(folder, resume);
      return {
        write: appender.write,
        async close() {
          resumeByFolder.delete(folder);
          await appender.close();
        },
      };
    },
    async lastLineAt(task, container) {
      const folder = containerFolder(directory, task, container);
      const resume = resumeByFolder.has(folder) ? resumeByFolder.get(folder) : await resumeAfter(latestFirst(folder));
      return resume?.since;
    },
    async *read(task, container, { follow, tail, signal, ended }) {
      const folder = containerFolder(directory, task, container);
      const disturbed = ended ? AbortSignal.any([signal, ended]) : signal;
      let isLastRound = !follow;
      const more: ReadOptions["more"] = async () => {
        if (isLastRound) return false;
        await nextWrite(folder, disturbed);
        // What was written before the end was told is read in one more round.
        isLastRound = ended?.aborted === true;
        return !signal.aborted;
      };
      for await (const line of readLines(folder, { more, ...(tail === undefined ? {} : { tail }) })) {
        if (signal.aborted) return;
        yield line;
      }
    },
    async remove(task) {
      await rm(taskFolder(directory, task), { recursive: true, force: true });
    },
  };
};

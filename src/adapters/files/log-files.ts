import { rm } from "node:fs/promises";
import type { LogLine } from "../../fleet/model/container-plan.ts";
import type { LogFiles } from "../../fleet/ports.ts";
import { systemTimers, type Timers } from "../../kernel/timers.ts";
import { linesBackwards } from "./lines-backwards.ts";
import { logAppender } from "./log-appender.ts";
import { readLines } from "./log-reader.ts";
import { type Resume, resumeAfter } from "./log-resume.ts";
import { containerFolder, segmentFile, segmentsIn, taskFolder } from "./log-segments.ts";
import { lineOfText } from "./log-text.ts";
import { writeBell } from "./write-bell.ts";

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
  const bell = writeBell(timers);
  /** Of containers that are being appended to: what `append` found, and whether it was asked for. */
  const resumeByFolder = new Map<string, { readonly resume: Resume | undefined; isAsked: boolean }>();
  return {
    async append(task, container, epoch) {
      const folder = containerFolder(directory, task, container);
      const resume = await resumeAfter(latestFirst(folder));
      const found = { resume, isAsked: false };
      const appender = await logAppender(segmentFile(folder, epoch), {
        kept: resume?.kept ?? [],
        isToldAgain: () => found.isAsked,
        written: () => bell.ring(folder),
      });
      resumeByFolder.set(folder, found);
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
      const found = resumeByFolder.get(folder);
      if (!found) return (await resumeAfter(latestFirst(folder)))?.since;
      found.isAsked = true;
      return found.resume?.since;
    },
    async *read(task, container, { follow, tail, signal, ended }) {
      const folder = containerFolder(directory, task, container);
      const { more, stop } = bell.listen(folder, signal, ended);
      const options = { more: async () => follow && (await more()), ...(tail === undefined ? {} : { tail }) };
      try {
        for await (const line of readLines(folder, options)) {
          if (signal.aborted) return;
          yield line;
        }
      } finally {
        stop();
      }
    },
    async remove(task) {
      await rm(taskFolder(directory, task), { recursive: true, force: true });
    },
  };
};

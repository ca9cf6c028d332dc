import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { LogLine } from "../../fleet/model/container-plan.ts";
import { missingOutput } from "../../fleet/model/missing-output.ts";
import type { LogAppender } from "../../fleet/ports.ts";
import { lineText } from "./log-text.ts";
import { wholeBytes } from "./whole-bytes.ts";

/** More than this waiting to be written, and the writer waits too. */
const MOST_WAITING_CHARS = 1_000_000;
/** The first line is written at once; what follows so soon goes together. */
const GATHER_MS = 10;

const openSegment = async (path: string): Promise<FileHandle> => {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a+");
  await file.truncate(await wholeBytes(file));
  return file;
};

/** Counts the kept lines, so that two alike are dropped twice and not thrice. */
const countOf = (kept: readonly string[]): Map<string, number> => {
  const count = new Map<string, number>();
  for (const text of kept) count.set(text, (count.get(text) ?? 0) + 1);
  return count;
};

interface Appending {
  /** Lines that may be told again, the latest first. */
  readonly kept: readonly string[];
  /** Whether they are told again: then they come first. */
  isToldAgain(): boolean;
  /** Called after each write. */
  written(): void;
}

/**
 * Appends to a segment. Lines that are `kept` already are dropped once each. Many lines travel in one write; a failed write throws from the
 * next `write` or from `close`.
 */
export const logAppender = async (path: string, { kept, isToldAgain, written }: Appending): Promise<LogAppender> => {
  const file = await openSegment(path);
  const repeated = countOf(kept);
  /** The stamp of the last line kept, until the first one is told again. */
  let lastAt = kept[0]?.split(" ", 1)[0];
  let waiting: string[] = [];
  let waitingChars = 0;
  let failure: unknown;
  let isClosing = false;
  let writing: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
    // Lines that come in one turn of the event loop go together.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (waiting.length > 0) {
        const text = `${waiting.join("\n")}\n`;
        waiting = [];
        waitingChars = 0;
        await file.appendFile(text);
        written();
        if (!isClosing) await pause(GATHER_MS);
      }
    } catch (error) {
      failure ??= error;
    } finally {
      writing = undefined;
    }
  };
  const isKept = (text: string): boolean => {
    if (repeated.size === 0) return false;
    const left = repeated.get(text) ?? 0;
    if (left > 1) repeated.set(text, left - 1);
    else repeated.delete(text);
    return left > 0;
  };
  const push = (text: string): void => {
    waiting.push(text);
    waitingChars += text.length;
  };
  const take = (line: LogLine): void => {
    const text = lineText(line);
    const isKnown = isKept(text);
    // What is told again begins with what is kept. If it does not, the engine has no longer got what came next.
    if (lastAt !== undefined && !isKnown && isToldAgain()) push(lineText(missingOutput(lastAt, line)));
    lastAt = undefined;
    if (!isKnown) push(text);
  };
  return {
    async write(lines) {
      if (failure) throw failure;
      for (const line of lines) take(line);
      if (waiting.length > 0) writing ??= writeAll();
      if (waitingChars > MOST_WAITING_CHARS) await writing;
    },
    async close() {
      isClosing = true;
      try {
        await writing;
        if (failure) throw failure;
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
};

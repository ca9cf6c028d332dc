import type { LogLine } from "./container-plan.ts";

/**
 * Says in a container's output that some of it is missing before a line: the engine rotated it away before it was read. How many lines there
 * were nobody knows; how long they took does. `lastAt` is the stamp of the last line that was read.
 */
export const missingOutput = (lastAt: string, { at }: LogLine): LogLine => {
  const seconds = (Math.max(0, Date.parse(at) - Date.parse(lastAt)) / 1000).toFixed(1);
  const text = `[berth] output of ${seconds} seconds is missing here: the engine rotated away what came after ${lastAt} before it could be read`;
  return { stream: "stderr", at, text, partial: false };
};

import type { LogLine } from "../../src/fleet/model/container-plan.ts";
import type { LogFiles } from "../../src/fleet/ports.ts";

/** Kept output without files: what of each container was written, in order. */
export const memoryLogs = (): LogFiles & { lines(task: string, container: string): readonly string[] } => {
  const kept = new Map<string, LogLine[]>();
  const of = (task: string, container: string): LogLine[] => {
    const key = `${task}/${container}`;
    const lines = kept.get(key) ?? [];
    kept.set(key, lines);
    return lines;
  };
  return {
    lines: (task, container) => of(task, container).map(({ text }) => text),
    append: async (task, container) => ({
      write: async (lines) => void of(task, container).push(...lines),
      close: async () => {},
    }),
    lastLineAt: async (task, container) => of(task, container).at(-1)?.at,
    async *read(task, container) {
      yield* of(task, container);
    },
    async remove(task) {
      for (const key of kept.keys()) if (key.startsWith(`${task}/`)) kept.delete(key);
    },
  };
};

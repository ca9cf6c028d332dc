import { EventEmitter } from "node:events";
import type { ProgressBoard } from "./deps.ts";

/** Enough to see where a pull stands; the layers of a large image tell more. */
const KEPT_LINES = 100;

/** Progress within this process: whoever comes late is told what was told before, until the launch is over. */
export const progressBoard = (): ProgressBoard => {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const lines = new Map<string, string[]>();
  return {
    tell(task, line) {
      const kept = lines.get(task) ?? [];
      lines.set(task, [...kept.slice(1 - KEPT_LINES), line]);
      emitter.emit(task, line);
    },
    listen(task, listener) {
      for (const line of lines.get(task) ?? []) listener(line);
      emitter.on(task, listener);
      return () => void emitter.off(task, listener);
    },
    over: (task) => void lines.delete(task),
  };
};

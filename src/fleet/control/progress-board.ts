import { EventEmitter } from "node:events";
import type { ProgressBoard } from "./deps.ts";

/** Progress within this process. */
export const progressBoard = (): ProgressBoard => {
  const emitter = new EventEmitter({ captureRejections: false });
  emitter.setMaxListeners(0);
  return {
    tell: (task, line) => void emitter.emit(task, line),
    listen: (task, listener) => {
      emitter.on(task, listener);
      return () => void emitter.off(task, listener);
    },
  };
};

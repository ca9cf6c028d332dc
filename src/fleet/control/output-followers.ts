import type { ObservedContainer } from "../model/container-plan.ts";
import { isInternal } from "../model/pause.ts";
import type { Task } from "../model/task.ts";
import { followLogs } from "./follow-logs.ts";
import type { HostContext } from "./host-context.ts";

/** Reads the output of a task's containers, each run of a program from its start to its end. */
export interface OutputFollowers {
  /** Of a container that runs or ran; nothing new where that run is followed already. */
  follow(task: Task | undefined, container: string, found: ObservedContainer): void;
}

export interface FollowerDeps {
  readonly task: Task["id"];
  /** Whether a container's output is still being read. */
  readOn(container: string, isOpen: boolean): void;
  /** Keeps what is under way. */
  track(doing: Promise<void>): void;
}

export const outputFollowers = (context: HostContext, { task: id, readOn, track }: FollowerDeps): OutputFollowers => {
  interface Reading {
    readonly run: number | undefined;
    readonly ended: Promise<void>;
  }
  const readings = new Map<string, Reading>();
  return {
    follow(task, container, found) {
      const before = readings.get(container);
      if (before && before.run === found.startedAt) return;
      // What was STOPPED on record had its output read to the end before.
      const isOver = isInternal(container) || task?.observed.status === "STOPPED";
      const terminal = task?.spec.containers.find(({ name }) => name === container)?.pseudoTerminal;
      const read = async (): Promise<void> => {
        // One writer at a time: this run's output comes behind that of the one before.
        await before?.ended;
        try {
          await followLogs(context, id, container, found.id, terminal);
        } catch (error) {
          const facts = { err: error, task: id, container };
          context.deps.log.error(facts, "output could not be kept, tries again when it is seen next");
          if (readings.get(container) === reading) readings.delete(container);
        } finally {
          const latest = readings.get(container);
          if (latest === reading || latest === undefined) readOn(container, false);
        }
      };
      const reading: { run: number | undefined; ended: Promise<void> } = {
        run: found.startedAt,
        ended: Promise.resolve(),
      };
      readings.set(container, reading);
      if (isOver) return;
      readOn(container, true);
      reading.ended = read();
      track(reading.ended);
    },
  };
};

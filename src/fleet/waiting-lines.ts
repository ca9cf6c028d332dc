import type { TaskId } from "./model/ids.ts";

/** The lines in which tasks wait for a host, as the store of tasks keeps them: commit and requestStop write them. */
export interface WaitingLines {
  /** The first of each line, at most so many. */
  waiting(atMost: number): Promise<ReadonlyMap<string, readonly TaskId[]>>;
  lineLength(line: string): Promise<number>;
  /** How many came before a task in its line; `undefined` where it does not wait there. */
  placeInLine(line: string, id: TaskId): Promise<number | undefined>;
}

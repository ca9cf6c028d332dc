import type { LogLine } from "./container-plan.ts";

/** A terminal's size in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A program to run in a container beside its own. */
export interface ExecPlan {
  /** The program and its arguments: no shell reads them. */
  readonly command: readonly string[];
  /** It gets a terminal of that size; else its output comes as two streams. */
  readonly terminal?: TerminalSize;
}

/** Bytes that a program wrote; where it has a terminal all of them are on `stdout`. */
export interface ExecOutput {
  readonly stream: LogLine["stream"];
  readonly bytes: Uint8Array;
}

/** A program that runs in a container. */
export interface RunningExec {
  /** Until the program has ended, and whoever else holds its output. Read once. */
  readonly output: AsyncIterable<ExecOutput>;
  /** To its standard input; resolves when it may be given more. */
  write(bytes: Uint8Array): Promise<void>;
  /** It has all of its input. */
  endInput(): void;
  /** Without effect where it has no terminal. */
  resize(size: TerminalSize): Promise<void>;
  /** After the end of the output. As shells have it, 126 and 127 where the program could not be started. */
  exitCode(): Promise<number>;
  /** Lets go of it: its input ends, what it still writes is lost. Twice is once. */
  close(): void;
}

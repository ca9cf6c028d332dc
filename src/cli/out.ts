/** Where a command speaks. */
export interface Out {
  /** A line of the answer, on stdout. */
  line(text: string): void;
  /** A line about what goes on, on stderr: never part of what a script reads. */
  note(text: string): void;
  /** What a container wrote, as it came. */
  raw(stream: "stdout" | "stderr", text: string | Uint8Array): void;
  /** Replaces what was last shown this way by new text, on a terminal; appends it elsewhere. */
  redraw(text: string): void;
  /** A line on stderr that the next one overwrites; nothing where stderr is no terminal. The empty text clears it. */
  progress(text: string): void;
  /** Columns of the terminal, `undefined` where there is none. */
  readonly columns: number | undefined;
}

/** A command's output on the real streams. */
export const terminalOut = (stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Out => {
  let isInProgress = false;
  const clear = () => {
    if (isInProgress) stderr.write("\r\u001B[2K");
    isInProgress = false;
  };
  return {
    columns: stdout.isTTY ? stdout.columns : undefined,
    line(text) {
      clear();
      stdout.write(`${text}\n`);
    },
    note(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    raw(stream, text) {
      clear();
      (stream === "stdout" ? stdout : stderr).write(text);
    },
    redraw(text) {
      // Home and clear below, not clear all: a whole clear flickers.
      stdout.write(stdout.isTTY ? `\u001B[H\u001B[J${text}\n` : `${text}\n`);
    },
    progress(text) {
      if (!stderr.isTTY) return;
      clear();
      if (text === "") return;
      stderr.write(text.slice(0, (stderr.columns || 80) - 1));
      isInProgress = true;
    },
  };
};

/** Something for a program to read: one JSON document. */
export const printJson = (out: Out, value: unknown): void => out.line(JSON.stringify(value, null, 2));

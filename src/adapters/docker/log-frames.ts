import type { LogLine } from "../../fleet/model/container-plan.ts";

/** A piece of output as the log driver kept it, its time before it. */
export interface LogFrame {
  readonly stream: LogLine["stream"];
  readonly bytes: Buffer;
}

const HEADER_BYTES = 8;
const STDERR = 2;
/** Docker's json-file driver cuts longer lines into pieces of this size, each with the time of the first. */
const PIECE_BYTES = 16_384;
const LINE_FEED = 10;

/** Frames of a container without a terminal, those that arrive together at once: one byte of stream, three of nothing, four of length. */
export async function* multiplexedFrames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly LogFrame[]> {
  let held = Buffer.alloc(0);
  for await (const chunk of bytes) {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    const frames: LogFrame[] = [];
    let start = 0;
    while (held.length - start >= HEADER_BYTES) {
      const end = start + HEADER_BYTES + held.readUInt32BE(start + 4);
      if (held.length < end) break;
      const stream = held[start] === STDERR ? "stderr" : "stdout";
      frames.push({ stream, bytes: held.subarray(start + HEADER_BYTES, end) });
      start = end;
    }
    held = held.subarray(start);
    if (frames.length > 0) yield frames;
  }
}

/** Frames of a container with a terminal come bare, one after the other: cut at line breaks and where Docker cuts long lines. */
export async function* terminalFrames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly LogFrame[]> {
  let held = Buffer.alloc(0);
  const cut = (): number => {
    const lineEnd = held.indexOf(LINE_FEED) + 1;
    const pieceEnd = held.indexOf(" ") + 1 + PIECE_BYTES;
    if (lineEnd > 0 && lineEnd <= pieceEnd + 1) return lineEnd;
    return held.length > pieceEnd ? pieceEnd : 0;
  };
  for await (const chunk of bytes) {
    held = Buffer.concat([held, chunk]);
    const frames: LogFrame[] = [];
    for (let end = cut(); end > 0; end = cut()) {
      frames.push({ stream: "stdout", bytes: held.subarray(0, end) });
      held = held.subarray(end);
    }
    if (frames.length > 0) yield frames;
  }
  if (held.length > 0) yield [{ stream: "stdout", bytes: held }];
}

/** A frame as a line: `2026-11-24T03:53:54.395925734Z text`, with a line break unless it is a piece of a longer one, or the last words. */
export const lineOfFrame = ({ stream, bytes }: LogFrame, terminal: boolean): LogLine => {
  const space = bytes.indexOf(" ");
  const ended = bytes[bytes.length - 1] === LINE_FEED;
  const text = bytes.subarray(space + 1, ended ? -1 : undefined);
  const line = text.toString("utf8");
  return {
    stream,
    at: bytes.subarray(0, space).toString("latin1"),
    // A terminal ends its lines with a carriage return as well.
    text: terminal && ended ? line.replace(/\r$/, "") : line,
    partial: !ended && text.length >= PIECE_BYTES,
  };
};

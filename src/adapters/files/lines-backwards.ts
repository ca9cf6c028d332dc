import { open } from "node:fs/promises";

/** A whole line of a file, without its line break, and where it begins. */
export interface PlacedLine {
  readonly text: string;
  readonly offset: number;
}

const BLOCK_BYTES = 65_536;
const LINE_FEED = 10;

/** The lines of a file (or of what lies before `end`), the last one first. What stands after the last line break is torn, and left out. */
export async function* linesBackwards(path: string, end?: number): AsyncGenerator<PlacedLine> {
  const file = await open(path, "r");
  try {
    let position = end ?? (await file.stat()).size;
    let held = Buffer.alloc(0);
    let atEnd = true;
    while (position > 0) {
      const block = Buffer.alloc(Math.min(BLOCK_BYTES, position));
      position -= block.length;
      await file.read(block, 0, block.length, position);
      held = Buffer.concat([block, held]);
      if (atEnd) {
        held = held.subarray(0, held.lastIndexOf(LINE_FEED) + 1);
        atEnd = held.length === 0;
      }
      for (let start = lastStart(held); start > 0; start = lastStart(held)) {
        yield { text: held.toString("utf8", start, held.length - 1), offset: position + start };
        held = held.subarray(0, start);
      }
    }
    if (held.length > 0) yield { text: held.toString("utf8", 0, held.length - 1), offset: 0 };
  } finally {
    await file.close();
  }
}

/** Where the last line of a buffer that ends with a line break begins; 0 where that is not in it. */
const lastStart = (held: Buffer): number => (held.length < 2 ? 0 : held.lastIndexOf(LINE_FEED, held.length - 2) + 1);

import { open } from "node:fs/promises";
import type { LogLine } from "../../fleet/model/container-plan.ts";
import { linesBackwards } from "./lines-backwards.ts";
import { segmentsIn } from "./log-segments.ts";
import { lineOfText } from "./log-text.ts";

/** How far a reader has come in the segments of a container. */
interface Position {
  readonly segment: string;
  readonly offset: number;
}

const BLOCK_BYTES = 262_144;
const LINE_FEED = 10;

/** Where the last `count` lines of some segments begin; `undefined` where there are not more than that. */
export const tailPosition = async (segments: readonly string[], count: number): Promise<Position | undefined> => {
  let position: Position | undefined;
  let left = count;
  for (const segment of [...segments].reverse()) {
    for await (const { text, offset } of linesBackwards(segment)) {
      if (left === 0) return position ?? { segment, offset: offset + Buffer.byteLength(text) + 1 };
      left -= 1;
      position = { segment, offset };
    }
  }
  return undefined;
};

/** The whole lines of a segment from an offset on, each with the offset after it. */
async function* linesFrom(segment: string, offset: number): AsyncGenerator<{ text: string; next: number }> {
  const file = await open(segment, "r");
  try {
    let held = Buffer.alloc(0);
    let heldAt = offset;
    for (;;) {
      const block = Buffer.alloc(BLOCK_BYTES);
      const { bytesRead } = await file.read(block, 0, block.length, heldAt + held.length);
      if (bytesRead === 0) return;
      held = Buffer.concat([held, block.subarray(0, bytesRead)]);
      for (let end = held.indexOf(LINE_FEED); end >= 0; end = held.indexOf(LINE_FEED)) {
        heldAt += end + 1;
        yield { text: held.toString("utf8", 0, end), next: heldAt };
        held = held.subarray(end + 1);
      }
    }
  } finally {
    await file.close();
  }
}

export interface ReadOptions {
  readonly tail?: number;
  /** Resolves when there may be more, `false` when there will be none. Asked anew each time everything has been read. */
  readonly more: () => Promise<boolean>;
}

/** Lines of a container's segments, in order, until `more` says no. */
export async function* readLines(folder: string, { tail, more }: ReadOptions): AsyncGenerator<LogLine> {
  let position = tail === undefined ? undefined : await tailPosition(await segmentsIn(folder), tail);
  do {
    const segments = await segmentsIn(folder);
    const first = position === undefined ? 0 : segments.indexOf(position.segment);
    for (const segment of segments.slice(Math.max(0, first))) {
      let offset: number = position?.segment === segment ? position.offset : 0;
      for await (const { text, next } of linesFrom(segment, offset)) {
        offset = next;
        position = { segment, offset };
        const line = lineOfText(text);
        if (line) yield line;
      }
      position = { segment, offset };
    }
  } while (await more());
}

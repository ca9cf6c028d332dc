import type { FileHandle } from "node:fs/promises";

const BLOCK_BYTES = 65_536;
const LINE_FEED = 10;

/** Where the last whole line of a file ends: what a crash tore is behind it. */
export const wholeBytes = async (file: FileHandle): Promise<number> => {
  const { size } = await file.stat();
  for (let end = size; end > 0; ) {
    const block = Buffer.alloc(Math.min(BLOCK_BYTES, end));
    await file.read(block, 0, block.length, end - block.length);
    const lineFeed = block.lastIndexOf(LINE_FEED);
    if (lineFeed >= 0) return end - block.length + lineFeed + 1;
    end -= block.length;
  }
  return 0;
};

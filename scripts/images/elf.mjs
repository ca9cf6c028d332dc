import { closeSync, openSync, readSync } from "node:fs";

const INTERPRETER = 3;

/**
 * Whether a file is a 64-bit Linux program that needs no library: one whose headers name no loader.
 * @param {string} path
 */
export function isStaticProgram(path) {
  const head = Buffer.alloc(4096);
  const file = openSync(path, "r");
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  const isElf64 = head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2;
  if (!isElf64) return false;
  const table = Number(head.readBigUInt64LE(32));
  const size = head.readUInt16LE(54);
  const count = head.readUInt16LE(56);
  for (let i = 0; i < count; i++) if (head.readUInt32LE(table + i * size) === INTERPRETER) return false;
  return true;
}

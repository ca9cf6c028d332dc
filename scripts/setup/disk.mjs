import { statfsSync } from "node:fs";
import { SetupError } from "./say.mjs";

const NEEDED_MIB = 300;

/**
 * A full disk fails every part in its own obscure way; said once, before any of them starts.
 * @param {string} folder
 */
export function requireDiskSpace(folder) {
  const { bavail, bsize } = statfsSync(folder);
  const freeMiB = Math.floor((bavail * bsize) / 2 ** 20);
  if (freeMiB < NEEDED_MIB)
    throw new SetupError(
      `the disk is full: ${freeMiB} MiB free at ${folder}, ${NEEDED_MIB} are needed. Free some, or move BERTH_HOME.`,
    );
}

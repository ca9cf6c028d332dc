import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

// Daemons live in sbin folders, which a plain user's PATH often lacks.
const ALSO = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/opt/homebrew/bin", "/usr/local/bin"];

/**
 * The first of these programs that PATH (or a usual folder of daemons) holds.
 * @param {...string} names
 * @returns {string | undefined} its full path
 */
export function which(...names) {
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...ALSO];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (isProgram(path)) return path;
    }
  }
  return undefined;
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

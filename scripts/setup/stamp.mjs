import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./paths.mjs";

/**
 * All files below a folder or, for a file, itself: paths from the checkout, sorted.
 * @param {string} path from the checkout
 * @returns {string[]}
 */
export function filesBelow(path) {
  const full = join(CHECKOUT, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(CHECKOUT.length + 1))
    .sort();
}

/**
 * A fingerprint of files by name, size and time: it changes when one is edited, added or removed, and reads none of them.
 * @param {readonly string[]} paths from the checkout
 */
export function stampOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesBelow)) {
    const { size, mtimeMs } = statSync(join(CHECKOUT, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

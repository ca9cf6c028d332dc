import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/**
 * Writes the whole file or nothing: a crash midway leaves the old one.
 * @param {string} path
 * @param {string | Buffer} content
 */
export function writeWhole(path, content) {
  const next = `${path}.${process.pid}.next`;
  try {
    writeFileSync(next, content, { mode: 0o600 });
    renameSync(next, path);
  } finally {
    rmSync(next, { force: true });
  }
}

/**
 * @param {string} path
 * @returns {any} undefined when the file is absent or does not parse, as after a crash of something older
 */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {string} path */
export function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

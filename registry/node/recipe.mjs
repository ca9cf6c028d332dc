import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { tarOf } from "../../scripts/images/tar.mjs";
import { run } from "../../scripts/setup/run.mjs";
import * as busybox from "../busybox/recipe.mjs";

// The very Node that runs Berth, with the libraries it is linked to, on the files of berth/busybox.
export const tag = "berth/node:latest";
export const publicImage = "node:20-alpine";
export const config = { ...busybox.config, Cmd: ["node"] };

/** @param {string} work */
export async function sources(work) {
  const base = await busybox.sources(work);
  if (base === undefined) return undefined;
  return [...base, realpathSync(process.execPath), ...(await librariesOf(process.execPath))];
}

/** @param {string[]} sources */
export async function layers([program, node, ...libraries]) {
  const files = [
    { path: "usr/bin/node", source: /** @type {string} */ (node), mode: 0o755 },
    ...libraries.map((library) => ({ path: library.slice(1), source: library, mode: 0o755 })),
  ];
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  return [
    ...(await busybox.layers([/** @type {string} */ (program)])),
    tarOf([
      ...[...folders].sort().map((path) => ({ path: `${path}/` })),
      ...files.map(({ path, source, mode }) => ({ path, content: readFileSync(source), mode })),
    ]),
  ];
}

/**
 * The shared libraries and the loader, at the paths where the program looks for them.
 * @param {string} program
 */
async function librariesOf(program) {
  const ldd = await run("ldd", [program]);
  const paths = [...ldd.stdout.matchAll(/(?:^|\s)(\/[^\s()]+)/gm)].map((match) => /** @type {string} */ (match[1]));
  return [...new Set(paths)].filter((path) => existsSync(path)).sort();
}

/** @param {string} path */
function foldersOf(path) {
  const folders = [];
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) folders.push(folder);
  return folders;
}

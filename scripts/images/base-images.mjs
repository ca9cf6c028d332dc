import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import * as busybox from "../../registry/busybox/recipe.mjs";
import * as node from "../../registry/node/recipe.mjs";
import { docker, dockerOk } from "../setup/docker-api.mjs";
import { readText, writeWhole } from "../setup/files.mjs";
import { CHECKOUT } from "../setup/paths.mjs";
import { say } from "../setup/say.mjs";
import { imageArchive, RECIPE_LABEL } from "./image-archive.mjs";
import { pullInstead } from "./pull-instead.mjs";

/**
 * What `registry/NAME/recipe.mjs` exports.
 * @typedef {object} Recipe
 * @property {string} tag
 * @property {object} config the image's Cmd, Env, …
 * @property {string} publicImage what may stand in where the recipe's sources are not to be had
 * @property {(work: string) => Promise<string[] | undefined>} sources the files it is made of, found or fetched into `work`
 * @property {(sources: string[]) => Promise<Buffer[]>} layers
 */

const RECIPES = /** @type {Record<string, Recipe>} */ ({ busybox, node });

/**
 * Sees to it that an engine has Berth's base images, made once per home.
 * @param {string} dockerHost
 * @param {import("../setup/paths.mjs").BerthPaths} paths
 */
export async function ensureBaseImages(dockerHost, paths) {
  for (const [name, recipe] of Object.entries(RECIPES)) {
    const sources = await recipe.sources(paths.images);
    if (sources === undefined) await pullInstead(dockerHost, recipe);
    else await ensureMade(dockerHost, recipe, sources, join(paths.images, `${name}.tar`));
  }
}

/**
 * @param {string} dockerHost
 * @param {Recipe} recipe
 * @param {string[]} sources
 * @param {string} archive
 */
async function ensureMade(dockerHost, recipe, sources, archive) {
  const print = fingerprint(recipe, sources);
  const loaded = await docker(dockerHost, "GET", `/images/${recipe.tag}/json`);
  const isMade = existsSync(archive) && readText(`${archive}.recipe`) === print;
  const isLoaded = loaded.status === 200 && loaded.json().Config?.Labels?.[RECIPE_LABEL] === print;
  if (!isMade) {
    say(`Making the image ${recipe.tag} …`);
    rmSync(`${archive}.recipe`, { force: true });
    writeWhole(
      archive,
      imageArchive({ tag: recipe.tag, layers: await recipe.layers(sources), config: recipe.config, recipe: print }),
    );
    writeWhole(`${archive}.recipe`, print);
  }
  if (!isLoaded)
    await dockerOk(dockerHost, "POST", "/images/load?quiet=1", { tar: createReadStream(archive), timeoutMs: 300_000 });
}

/**
 * Changes when a recipe, what it reads, or how images are written changes. Sources count by name, size and time:
 * reading a hundred megabytes at every start would be most of its time.
 * @param {Recipe} recipe
 * @param {string[]} sources
 */
function fingerprint(recipe, sources) {
  const hash = createHash("sha256").update(JSON.stringify([recipe.tag, recipe.config]));
  for (const { path, stat } of sources.map((path) => ({ path, stat: statSync(path) })))
    hash.update(`${basename(path)} ${stat.size} ${stat.mtimeMs}\n`);
  for (const path of ownFiles()) hash.update(readFileSync(path));
  return hash.digest("hex");
}

function ownFiles() {
  return ["registry/busybox", "registry/node", "scripts/images"].flatMap((folder) =>
    readdirSync(join(CHECKOUT, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort(),
  );
}

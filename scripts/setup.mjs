import { pathToFileURL } from "node:url";
import { ensureBaseImages } from "./images/base-images.mjs";
import { findPrograms } from "./setup/binaries.mjs";
import { requireDiskSpace } from "./setup/disk.mjs";
import { buildDist } from "./setup/dist.mjs";
import { ensureEngine } from "./setup/engine.mjs";
import { writeWhole } from "./setup/files.mjs";
import { withSetupLock } from "./setup/lock.mjs";
import { installPackages } from "./setup/packages.mjs";
import { berthPaths, makeFolders } from "./setup/paths.mjs";
import { runMain, say } from "./setup/say.mjs";

/**
 * What `setup.json` in BERTH_HOME/run tells whoever starts after the set-up.
 * @typedef {object} Setup
 * @property {{ dockerHost: string, startedByBerth: boolean }} engine
 * @property {string} redisServer path of the program
 * @property {string} registry path of Distribution's program
 * @property {{ socket: string }} redis where Berth's own instance listens once it runs
 * @property {{ socket: string, config: string }} distribution its config is written when it is started
 * @property {string} images the folder of base images, NAME.tar in the format of `docker save`
 */

/**
 * Brings what Berth stands on: packages, dist/, a Docker engine with the base images, the programs of Redis and Distribution.
 * Repeatable; when all is there it only looks.
 * @returns {Promise<Setup>}
 */
export function setup(paths = berthPaths()) {
  makeFolders(paths);
  requireDiskSpace(paths.home);
  return withSetupLock(async () => {
    await installPackages();
    await buildDist();
    const programs = await findPrograms();
    const engine = await ensureEngine(paths);
    await ensureBaseImages(engine.dockerHost, paths);
    const facts = {
      engine,
      ...programs,
      redis: { socket: paths.redis.socket },
      distribution: { socket: paths.distribution.socket, config: paths.distribution.config },
      images: paths.images,
    };
    writeWhole(paths.setup, `${JSON.stringify(facts, null, 2)}\n`);
    return facts;
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    const { engine, redisServer, registry } = await setup();
    say(
      `Docker ${engine.dockerHost}${engine.startedByBerth ? " (started by Berth)" : ""} · Redis ${redisServer} · registry ${registry}`,
    );
  });
}

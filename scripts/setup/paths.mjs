import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "./say.mjs";

/** The checkout these scripts stand in. */
export const CHECKOUT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

// A Unix socket's path holds 104 bytes on macOS, 108 on Linux; the longest name below the socket folder takes 39.
const LONGEST_SOCKET_FOLDER = 60;

/**
 * Where everything of one installation lies. BERTH_HOME moves it all; two homes never share a file.
 * @param {NodeJS.ProcessEnv} env
 */
export function berthPaths(env = process.env) {
  const home = resolve(env.BERTH_HOME || join(CHECKOUT, ".berth"));
  const run = join(home, "run");
  const sockets = Buffer.byteLength(run) <= LONGEST_SOCKET_FOLDER ? run : join(tmpdir(), `berth-${shortHash(home)}`);
  return {
    home,
    run,
    sockets,
    logs: join(home, "logs"),
    images: join(home, "images"),
    setup: join(run, "setup.json"),
    installationId: join(home, "installation-id"),
    config: resolve(env.BERTH_CONFIG || "berth.yaml"),
    apiPort: port(env, "BERTH_PORT", 4566),
    registryPort: port(env, "BERTH_REGISTRY_PORT", 4510),
    engine: {
      data: join(home, "engine", "data"),
      exec: join(sockets, "exec"),
      pidFile: join(home, "engine", "dockerd.pid"),
      socket: join(sockets, "docker.sock"),
      record: join(run, "engine.json"),
      log: join(home, "logs", "dockerd.log"),
    },
    redis: {
      data: join(home, "redis"),
      socket: join(sockets, "redis.sock"),
      record: join(run, "redis.json"),
      log: join(home, "logs", "redis.log"),
    },
    distribution: {
      data: join(home, "registry"),
      config: join(run, "distribution.yml"),
      socket: join(sockets, "registry.sock"),
      record: join(run, "distribution.json"),
      log: join(home, "logs", "distribution.log"),
    },
    berth: { record: join(run, "berth.json"), log: join(home, "berth.log") },
  };
}

/** @typedef {ReturnType<typeof berthPaths>} BerthPaths */

/**
 * Makes the folders, for this user only: they hold credentials and sockets that obey whoever reaches them.
 * @param {BerthPaths} paths
 */
export function makeFolders(paths) {
  for (const folder of [paths.home, paths.run, paths.sockets, paths.logs, paths.images]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  // The folder under /tmp has a name that others can guess, so it must be seen to be ours before anything is put in it.
  const found = lstatSync(paths.sockets);
  const mine = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isDirectory() || !mine)
    throw new SetupError(`${paths.sockets} belongs to someone else; set a shorter BERTH_HOME.`);
}

/** @param {string} text */
export const shortHash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 12);

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 * @param {number} usual
 */
function port(env, name, usual) {
  const text = env[name];
  if (!text) return usual;
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65536) return number;
  throw new SetupError(`${name}=${text} is not a port: give a number from 1 to 65535.`);
}

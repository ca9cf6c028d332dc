import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { docker } from "./docker-api.mjs";
import { readJson } from "./files.mjs";
import { SetupError } from "./say.mjs";
import { SHARED_ENGINE } from "./shared-engine.mjs";

/**
 * The Docker engine that is already there for us, without starting any.
 * @param {string} own where an engine that Berth started in this home listens
 * @returns {Promise<{ dockerHost: string } | { refused: string[] }>} `refused` tells what was found but did not answer
 */
export async function findEngine(own, env = process.env) {
  const asked = env.DOCKER_HOST;
  // `eval "$(berth env)"` leaves our own engine's address in the shell, also after that engine was stopped.
  if (asked && asked !== own) {
    const why = await refusalOf(asked);
    if (why === undefined) return { dockerHost: asked };
    throw new SetupError(
      `DOCKER_HOST is ${asked}, and no Docker engine answers there (${why}). Start it, or unset DOCKER_HOST.`,
    );
  }
  const refused = [];
  for (const dockerHost of candidates(own, env)) {
    const why = await refusalOf(dockerHost);
    if (why === undefined) return { dockerHost };
    refused.push(`${dockerHost}: ${why}`);
  }
  return { refused };
}

/**
 * @param {string} own
 * @param {NodeJS.ProcessEnv} env
 */
function candidates(own, env) {
  const home = homedir();
  const sockets = [
    "/var/run/docker.sock",
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, "docker.sock")] : []),
    ...[
      ".docker/run/docker.sock",
      ".docker/desktop/docker.sock",
      ".orbstack/run/docker.sock",
      ".colima/default/docker.sock",
      ".rd/docker.sock",
    ].map((path) => join(home, path)),
  ];
  const hosts = [
    own,
    contextHost(home, env),
    ...sockets.map((path) => `unix://${path}`),
    readJson(SHARED_ENGINE)?.dockerHost,
  ];
  return [...new Set(hosts)].filter(
    (host) => typeof host === "string" && (!host.startsWith("unix://") || existsSync(host.slice("unix://".length))),
  );
}

/**
 * The engine of the docker command's chosen context, read from its files: the command itself may not be installed.
 * @param {string} home
 * @param {NodeJS.ProcessEnv} env
 */
function contextHost(home, env) {
  const folder = env.DOCKER_CONFIG || join(home, ".docker");
  const name = env.DOCKER_CONTEXT || readJson(join(folder, "config.json"))?.currentContext;
  if (!name || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  return readJson(join(folder, "contexts", "meta", id, "meta.json"))?.Endpoints?.docker?.Host;
}

/**
 * @param {string} dockerHost
 * @returns {Promise<string | undefined>} why it is of no use; undefined for a Docker engine that answers
 */
async function refusalOf(dockerHost) {
  try {
    const answer = await docker(dockerHost, "GET", "/version", { timeoutMs: 5000 });
    if (answer.status !== 200) return `it answers ${answer.status}`;
    const isPodman = answer.json().Components?.some((/** @type {{Name: string}} */ part) => /podman/i.test(part.Name));
    return isPodman && process.env.DOCKER_HOST !== dockerHost ? "it is Podman; set DOCKER_HOST to use it" : undefined;
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    return code === "EACCES"
      ? "permission denied; add yourself to the group docker (sudo usermod -aG docker $USER) and log in again"
      : (code ?? message);
  }
}

import { howToGet } from "./advice.mjs";
import { runningPid } from "./daemon.mjs";
import { findEngine } from "./find-engine.mjs";
import { SetupError } from "./say.mjs";
import { canStartEngine, engineDaemon, startEngine } from "./start-engine.mjs";

/**
 * The Docker engine to use: the one that is reachable, otherwise one that Berth installs and starts.
 * @param {import("./paths.mjs").BerthPaths} paths
 * @returns {Promise<{ dockerHost: string, startedByBerth: boolean }>}
 */
export async function ensureEngine(paths) {
  const own = `unix://${paths.engine.socket}`;
  const found = await findEngine(own);
  const dockerHost = "dockerHost" in found ? found.dockerHost : await start(paths, found.refused);
  return { dockerHost, startedByBerth: dockerHost === own && runningPid(engineDaemon(paths)) !== undefined };
}

/**
 * @param {import("./paths.mjs").BerthPaths} paths
 * @param {string[]} refused
 */
function start(paths, refused) {
  if (canStartEngine()) return startEngine(paths);
  const found = refused.length > 0 ? ` (tried ${refused.join("; ")})` : "";
  throw new SetupError(`no Docker engine is reachable${found}. To get one: ${howToGet("engine")}.`);
}

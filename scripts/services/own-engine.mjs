import { rmSync } from "node:fs";
import { runningPid, stopDaemon } from "../setup/daemon.mjs";
import { otherUsers, withdrawEngine } from "../setup/shared-engine.mjs";
import { engineDaemon } from "../setup/start-engine.mjs";
import { runningContainers } from "./own-containers.mjs";
import { unmountAllOf } from "./own-traces.mjs";

/**
 * Stops the engine that Berth started in this home, unless containers of others still run on it.
 * @param {import("../setup/paths.mjs").BerthPaths} paths
 * @returns {Promise<string | undefined>} what happened, as a line for people; undefined when there is no such engine
 */
export async function stopEngine(paths) {
  const daemon = engineDaemon(paths);
  const dockerHost = `unix://${paths.engine.socket}`;
  if (runningPid(daemon) === undefined) {
    withdrawEngine(dockerHost);
    return undefined;
  }
  const berths = otherUsers(paths);
  if (berths.length > 0) return `The Docker engine goes on: the Berth of ${berths.join(", ")} uses it.`;
  const others = await runningContainers(dockerHost).catch(() => []);
  if (others.length > 0) {
    return `The Docker engine goes on: containers that are not this Berth's run on it (DOCKER_HOST=${dockerHost} docker ps).`;
  }
  await stopDaemon(daemon, 30);
  for (const folder of [paths.engine.exec, paths.engine.data]) await unmountAllOf(folder);
  withdrawEngine(dockerHost);
  rmSync(paths.engine.socket, { force: true });
  return "Stopped the Docker engine that Berth had started.";
}

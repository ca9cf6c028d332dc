import { stopBerth } from "./services/berth.mjs";
import { servicesConfig } from "./services/config.mjs";
import { stopDistribution } from "./services/distribution.mjs";
import { stopOwnContainers } from "./services/own-containers.mjs";
import { stopEngine } from "./services/own-engine.mjs";
import { removeOwnCgroups, removeOwnNetworks, removeOwnRedirections } from "./services/own-traces.mjs";
import { stopRedis } from "./services/redis.mjs";
import { readJson, readText } from "./setup/files.mjs";
import { withSetupLock } from "./setup/lock.mjs";
import { berthPaths } from "./setup/paths.mjs";
import { runMain, say } from "./setup/say.mjs";
import { leaveEngine } from "./setup/shared-engine.mjs";

// Stops what `up` started and nothing else: the control plane, so that containers go on; with --all also the tasks, Redis,
// the registry and the engine that Berth started. Last what others stand on.
await runMain(async () => {
  const paths = berthPaths();
  await withSetupLock(async () => {
    say((await stopBerth(paths)) ? "Stopped Berth." : "Berth was not running.");
    if (!process.argv.includes("--all")) return;
    await stopTasks(paths);
    if (await stopDistribution(paths)) say("Stopped the registry.");
    if (await stopRedis(paths)) say("Stopped Redis.");
    leaveEngine(paths);
    const engine = await stopEngine(paths);
    if (engine) say(engine);
  });
});

/** @param {import("./setup/paths.mjs").BerthPaths} paths */
async function stopTasks(paths) {
  const installationId = readText(paths.installationId)?.trim();
  if (!installationId) return;
  const known = readJson(paths.setup)?.engine?.dockerHost;
  for (const engine of new Set([...(known ? [known] : []), ...(await hostEngines(paths.config))])) {
    const stopped = await stopOnEngine(engine, installationId).catch((error) => {
      // No socket, no engine, no containers: there is nothing to stop.
      if (error.code !== "ENOENT" && error.code !== "ECONNREFUSED")
        say(`The tasks on ${engine} could not be stopped: ${error.message}`);
      return 0;
    });
    if (stopped > 0) say(`Stopped ${stopped} container${stopped === 1 ? "" : "s"} on ${engine}.`);
  }
  removeOwnCgroups(installationId);
  await removeOwnRedirections(installationId);
}

/**
 * @param {string} engine
 * @param {string} installationId
 */
async function stopOnEngine(engine, installationId) {
  const stopped = await stopOwnContainers(engine, installationId);
  await removeOwnNetworks(engine, installationId);
  return stopped;
}

/**
 * Stopping works also where the packages are gone or the config no longer reads.
 * @param {string} config
 */
function hostEngines(config) {
  return servicesConfig(config).then(
    ({ engines }) => engines,
    () => [],
  );
}

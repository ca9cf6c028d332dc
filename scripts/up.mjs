import { runFirstTask } from "./first-task.mjs";
import { ensureBaseImages } from "./images/base-images.mjs";
import { reloadBerth, startBerth } from "./services/berth.mjs";
import { servicesConfig } from "./services/config.mjs";
import { startDistribution } from "./services/distribution.mjs";
import { startRedis } from "./services/redis.mjs";
import { berthPaths } from "./setup/paths.mjs";
import { runMain, say } from "./setup/say.mjs";
import { joinEngine } from "./setup/shared-engine.mjs";
import { setup } from "./setup.mjs";

// From a fresh clone to a container that ran: `npm run up`, and what `berth up` calls.
await runMain(async () => {
  const paths = berthPaths();
  const facts = await setup(paths);
  const config = await servicesConfig(paths.config);
  if (config.ownRedis) await startRedis(paths, facts.redisServer, config.appendfsync);
  if (config.ownRegistry) await startDistribution(paths, facts.registry);
  await giveImagesTo(config.engines, paths);
  const how = await startBerth(paths);
  joinEngine(paths, facts.engine.dockerHost);
  say(how === "started" ? "Berth is up." : "Berth was already up.");
  if (how === "was running") for (const line of await reloadBerth(paths)) say(line);
  if (runFirstTask(paths) !== 0) return 1;
  say("");
  sayAddresses(paths);
  return 0;
});

/**
 * The engines of berth.yaml beside the default one. One that does not answer is no reason not to start: its host is
 * disconnected until it does, and the control plane says so.
 * @param {string[]} engines
 * @param {import("./setup/paths.mjs").BerthPaths} paths
 */
async function giveImagesTo(engines, paths) {
  for (const engine of engines) {
    await ensureBaseImages(engine, paths).catch((error) =>
      say(`Base images could not be put on ${engine}: ${error.message}`),
    );
  }
}

/** @param {import("./setup/paths.mjs").BerthPaths} paths */
function sayAddresses({ apiPort, home, berth }) {
  say(`AWS APIs and Berth's own   http://127.0.0.1:${apiPort}  (/docs, /api, /metrics)`);
  say(`data and logs              ${home}, ${berth.log}`);
  say("");
  say("Next, in this shell:");
  say('  eval "$(npx berth env)"');
  say("  aws ecs list-container-instances    # or: npx berth hosts");
  say("  npx berth run --wait berth/busybox -- echo hello");
  say("  npx berth why                       # why the last task went where it did");
  say("  npm run down                        # stop everything");
}

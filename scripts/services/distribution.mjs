import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { runningPid, startDaemon, stopDaemon } from "../setup/daemon.mjs";
import { writeWhole } from "../setup/files.mjs";
import { CHECKOUT } from "../setup/paths.mjs";
import { removeTornBlobs } from "./torn-blobs.mjs";

/** @param {import("../setup/paths.mjs").BerthPaths} paths */
export const distributionDaemon = ({ distribution }) => ({
  name: "The registry (Distribution)",
  record: distribution.record,
  log: distribution.log,
});

/**
 * Starts the private registry that keeps the blobs and manifests.
 * @param {import("../setup/paths.mjs").BerthPaths} paths
 * @param {string} program
 */
export async function startDistribution(paths, program) {
  const { data, socket, config } = paths.distribution;
  const daemon = distributionDaemon(paths);
  if (runningPid(daemon) !== undefined && (await answersV2(socket))) return;
  await stopDaemon(daemon, 10);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  rmSync(socket, { force: true });
  removeTornBlobs(data);
  writeWhole(
    config,
    distributionConfig(readFileSync(join(CHECKOUT, "registry", "distribution.yml"), "utf8"), { data, socket }),
  );
  await startDaemon(daemon, { command: program, args: ["serve", config] }, () => answersV2(socket), 20);
}

/**
 * @param {string} template registry/distribution.yml
 * @param {{ data: string, socket: string }} places
 */
export const distributionConfig = (template, { data, socket }) =>
  // A JSON string is a YAML string too, whatever the path holds.
  template
    .replace("addr: $SOCKET", () => `addr: ${JSON.stringify(socket)}`)
    .replace("rootdirectory: $DATA", () => `rootdirectory: ${JSON.stringify(data)}`);

/** @param {import("../setup/paths.mjs").BerthPaths} paths */
export const stopDistribution = async (paths) => {
  const stopped = await stopDaemon(distributionDaemon(paths), 30);
  rmSync(paths.distribution.socket, { force: true });
  return stopped;
};

/**
 * @param {string} socketPath
 * @returns {Promise<boolean>}
 */
const answersV2 = (socketPath) =>
  new Promise((resolve) => {
    const asked = request({ socketPath, path: "/v2/", timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });

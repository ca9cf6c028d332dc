import { mkdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { runningPid, startDaemon, stopDaemon } from "../setup/daemon.mjs";
import { say } from "../setup/say.mjs";

/** @param {import("../setup/paths.mjs").BerthPaths} paths */
export const redisDaemon = ({ redis }) => ({ name: "Redis", record: redis.record, log: redis.log });

/**
 * Starts Berth's own Redis, the keeper of all state.
 * @param {import("../setup/paths.mjs").BerthPaths} paths
 * @param {string} program
 * @param {"always" | "everysec"} appendfsync
 */
export async function startRedis(paths, program, appendfsync) {
  const { data, socket } = paths.redis;
  if (appendfsync === "everysec")
    say("Redis writes to disk once a second (appendfsync everysec): a crash may lose the last second's requests.");
  const daemon = redisDaemon(paths);
  if (runningPid(daemon) !== undefined && (await answersPing(socket))) return;
  await stopDaemon(daemon, 10);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  rmSync(socket, { force: true });
  // The options are all given here, so no redis.conf of the system has a say.
  const options = {
    port: "0",
    unixsocket: socket,
    unixsocketperm: "700",
    dir: data,
    appendonly: "yes",
    appendfsync,
    save: "",
    "maxmemory-policy": "noeviction",
    daemonize: "no",
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  // It answers -LOADING until its file is read, which takes longer the more it holds.
  await startDaemon(daemon, { command: program, args, cwd: data }, () => answersPing(socket), 60);
}

/** @param {import("../setup/paths.mjs").BerthPaths} paths */
export const stopRedis = async (paths) => {
  const stopped = await stopDaemon(redisDaemon(paths), 30);
  rmSync(paths.redis.socket, { force: true });
  return stopped;
};

/**
 * @param {string} socket
 * @returns {Promise<boolean>}
 */
const answersPing = (socket) =>
  new Promise((resolve) => {
    const connection = connect(socket);
    const end = (/** @type {boolean} */ answer) => {
      connection.destroy();
      resolve(answer);
    };
    connection.setTimeout(2000, () => end(false));
    connection.on("error", () => end(false));
    connection.on("connect", () => connection.write("PING\r\n"));
    connection.on("data", (data) => end(data.toString("latin1").startsWith("+PONG")));
  });

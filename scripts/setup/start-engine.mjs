import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { aptInstall, canInstall, isKnownPackage } from "./apt.mjs";
import { startDaemon, stopDaemon } from "./daemon.mjs";
import { docker } from "./docker-api.mjs";
import { readText } from "./files.mjs";
import { processIdentity } from "./process-identity.mjs";
import { run } from "./run.mjs";
import { SetupError, say } from "./say.mjs";
import { announceEngine } from "./shared-engine.mjs";
import { which } from "./which.mjs";

/** @param {import("./paths.mjs").BerthPaths} paths */
export const engineDaemon = ({ engine }) => ({
  name: "The Docker engine (dockerd)",
  record: engine.record,
  log: engine.log,
});

/** Whether an engine of our own can run here: it needs Linux and root, and Debian's packages or an installed dockerd. */
export const canStartEngine = () =>
  process.platform === "linux" && process.getuid?.() === 0 && (which("dockerd") !== undefined || canInstall());

/**
 * Starts a Docker engine whose data, socket and log lie in this home.
 * @param {import("./paths.mjs").BerthPaths} paths
 * @returns {Promise<string>} its DOCKER_HOST
 */
export async function startEngine(paths) {
  if (canInstall()) await installEngine();
  const dockerd = which("dockerd");
  if (!dockerd) throw new SetupError("the package docker.io brought no dockerd.");
  const { engine } = paths;
  const dockerHost = `unix://${engine.socket}`;
  // One that runs and does not answer is of no use to anyone.
  await stopDaemon(engineDaemon(paths), 15);
  clearTraces(engine);
  mkdirSync(engine.data, { recursive: true, mode: 0o711 });
  say(`Starting a Docker engine, data in ${engine.data} …`);
  const args = [
    "--data-root",
    engine.data,
    "--exec-root",
    engine.exec,
    "--pidfile",
    engine.pidFile,
    "--host",
    dockerHost,
  ];
  // Our engine's own settings, not those of the client that asked for it.
  const { DOCKER_HOST: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    PATH: `${await iptablesFolder(paths)}${inherited.PATH}:/usr/local/sbin:/usr/sbin:/sbin`,
  };
  const answers = async () =>
    (await docker(dockerHost, "GET", "/_ping", { timeoutMs: 5000 }).catch(() => undefined))?.status === 200;
  await startDaemon(engineDaemon(paths), { command: dockerd, args, env }, answers, 60);
  announceEngine(dockerHost);
  return dockerHost;
}

async function installEngine() {
  const names = ["docker.io", "iptables"];
  if (!which("dockerd")) await aptInstall(names);
  // For people: `docker push`, `docker ps`. Berth itself does without.
  if (!which("docker") && (await isKnownPackage("docker-cli"))) await aptInstall(["docker-cli"]);
}

/**
 * dockerd refuses to start when its pid file names any living process, and ends the one its containerd's file names
 * if that one does not answer: after a crash both pids may belong to somebody else.
 * @param {import("./paths.mjs").BerthPaths["engine"]} engine
 */
function clearTraces(engine) {
  rmSync(engine.pidFile, { force: true });
  rmSync(engine.socket, { force: true });
  const containerdPid = join(engine.exec, "containerd", "containerd.pid");
  const pid = Number(readText(containerdPid));
  const command = processIdentity(pid) === undefined ? "" : (readText(`/proc/${pid}/cmdline`) ?? "");
  if (!command.includes(engine.exec)) rmSync(containerdPid, { force: true });
}

/**
 * Where this kernel lacks the kind of iptables that is the system's default, a folder for PATH that holds the other kind.
 * @param {import("./paths.mjs").BerthPaths} paths
 * @returns {Promise<string>} empty, or the folder and a colon
 */
async function iptablesFolder({ home }) {
  const works = async (/** @type {string} */ name) =>
    (await run(which(name) ?? name, ["-t", "nat", "-L", "-n"])).code === 0;
  if (await works("iptables")) return "";
  for (const kind of ["legacy", "nft"]) {
    if (!(await works(`iptables-${kind}`))) continue;
    const folder = join(home, "engine", "bin");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const name of ["iptables", "ip6tables"])
      symlinkSync(which(`${name}-${kind}`) ?? `${name}-${kind}`, join(folder, name));
    return `${folder}:`;
  }
  throw new SetupError(
    "neither iptables-nft nor iptables-legacy works on this kernel, and Docker's networks need one of them.",
  );
}

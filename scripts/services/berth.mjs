import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { runningPid, startDaemon, stopDaemon } from "../setup/daemon.mjs";
import { readJson } from "../setup/files.mjs";
import { CHECKOUT } from "../setup/paths.mjs";
import { SetupError } from "../setup/say.mjs";

// The contract with src/main.ts: it reads BERTH_HOME, BERTH_PORT, BERTH_REGISTRY_PORT and BERTH_CONFIG from the environment, and
// BERTH_HOME/run/setup.json for the engine and the sockets; `GET /healthz` answers 200 once it serves; SIGTERM ends it in order.

/** @param {import("../setup/paths.mjs").BerthPaths} paths */
export const berthDaemon = ({ berth }) => ({ name: "Berth", record: berth.record, log: berth.log });

/**
 * @param {import("../setup/paths.mjs").BerthPaths} paths
 * @returns {Promise<"started" | "was running">}
 */
export async function startBerth(paths) {
  const daemon = berthDaemon(paths);
  if (runningPid(daemon) !== undefined && (await isHealthy(paths.apiPort))) return "was running";
  await stopDaemon(daemon, 15);
  await requireFree(paths.apiPort, "BERTH_PORT");
  await requireFree(paths.registryPort, "BERTH_REGISTRY_PORT");
  const env = {
    ...process.env,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    BERTH_HOME: paths.home,
    BERTH_PORT: String(paths.apiPort),
    BERTH_REGISTRY_PORT: String(paths.registryPort),
    ...(existsSync(paths.config) ? { BERTH_CONFIG: paths.config } : {}),
  };
  const start = { command: process.execPath, args: [join(CHECKOUT, "dist", "main.js")], env, cwd: CHECKOUT };
  await startDaemon(daemon, start, () => isHealthy(paths.apiPort), 30);
  return "started";
}

/**
 * Has a running Berth read its berth.yaml again.
 * @param {import("../setup/paths.mjs").BerthPaths} paths
 * @returns {Promise<string[]>} what that changed, a line each
 */
export async function reloadBerth({ home, run, apiPort, config }) {
  requireSameConfig(run, config);
  const { apiToken } = JSON.parse(readFileSync(join(home, "credentials.json"), "utf8"));
  const answer = await fetch(`http://127.0.0.1:${apiPort}/api/reload`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiToken}` },
    signal: AbortSignal.timeout(60_000),
  });
  const report = /** @type {any} */ (await answer.json());
  if (!answer.ok) throw new SetupError(report.error?.message ?? `Berth answered ${answer.status} to a reload`);
  const changes = ["added", "changed", "drained"].flatMap((what) =>
    report[what].length > 0 ? [`Hosts ${what}: ${report[what].join(", ")}`] : [],
  );
  return [...changes, ...report.warnings];
}

/**
 * A running Berth reads again the file it was started with: another one would be ignored in silence.
 * @param {string} run
 * @param {string} config
 */
function requireSameConfig(run, config) {
  if (!process.env.BERTH_CONFIG) return;
  const { configFile = "no berth.yaml" } = readJson(join(run, "endpoint.json")) ?? {};
  if (configFile === config) return;
  throw new SetupError(
    `Berth runs with ${configFile}, not with ${config}. First: npx berth down (its containers go on)`,
  );
}

/** @param {import("../setup/paths.mjs").BerthPaths} paths */
export const stopBerth = (paths) => stopDaemon(berthDaemon(paths), 30);

/** @param {number} port */
const isHealthy = (port) =>
  fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2000) }).then(
    (answer) => answer.ok,
    () => false,
  );

/**
 * @param {number} port
 * @param {string} setting
 * @returns {Promise<void>}
 */
const requireFree = (port, setting) =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      const why = code === "EADDRINUSE" ? "is taken by another program" : `cannot be opened (${code})`;
      reject(new SetupError(`port ${port} ${why}. Choose another: ${setting}=${port + 1} npm run up`));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });

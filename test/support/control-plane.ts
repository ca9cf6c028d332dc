import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

export const CHECKOUT = resolve(fileURLToPath(import.meta.url), "../../..");

/** A process of Berth's, as `npm run up` starts one. */
export interface ControlPlane {
  readonly url: string;
  readonly pid: number;
  /** Ends it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to end and waits; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Resolves to the signal when the process is gone by itself or by others. */
  readonly gone: Promise<NodeJS.Signals | null>;
  /** What it wrote since it was started. */
  log(): Promise<string>;
}

export interface ControlPlaneSetting {
  readonly home: string;
  readonly port: number;
  readonly registryPort: number;
  /** `launch.before-start=crash`, see src/kernel/failpoints.ts. */
  readonly failpoints?: string;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

// Should this test's process be killed for taking too long, its input closes and the control plane ends with it.
const WATCHDOG = 'read -r _ || kill -9 "$1"';

const settingEnv = ({ home, port, registryPort, failpoints = "", env }: ControlPlaneSetting): NodeJS.ProcessEnv => {
  // What the machine's user has set for a Berth or an engine of his own is none of the test's.
  const foreign = /^(BERTH_|DOCKER_|AWS_)/;
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(inherited),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    BERTH_HOME: home,
    BERTH_PORT: String(port),
    BERTH_REGISTRY_PORT: String(registryPort),
    BERTH_CONFIG: `${home}/berth.yaml`,
    ...(failpoints && { BERTH_FAILPOINTS: failpoints }),
    ...env,
  };
};

/** Starts a process of `dist/main.js`; it need not come to serve. */
export const spawnControlPlane = async (setting: ControlPlaneSetting): Promise<ControlPlane> => {
  const file = await open(`${setting.home}/berth-${setting.port}.log`, "a");
  const { size: from } = await file.stat();
  const child = spawn(process.execPath, [`${CHECKOUT}/dist/main.js`], {
    cwd: setting.home,
    env: settingEnv(setting),
    stdio: ["ignore", file.fd, file.fd],
  });
  await once(child, "spawn");
  const watchdog = spawn("sh", ["-c", WATCHDOG, "sh", String(child.pid)], { stdio: ["pipe", "ignore", "ignore"] });
  const gone = once(child, "exit").then(async ([, signal]) => {
    watchdog.stdin.end("gone\n");
    await file.close();
    return signal as NodeJS.Signals | null;
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (isRunning(child)) child.kill(signal);
    await gone;
  };
  return {
    url: `http://127.0.0.1:${setting.port}`,
    pid: child.pid!,
    gone,
    kill: () => end("SIGKILL"),
    stop: async () => {
      await end("SIGTERM");
      return child.exitCode;
    },
    log: async () => (await readFile(`${setting.home}/berth-${setting.port}.log`)).subarray(from).toString(),
  };
};

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** Starts one and waits until it serves. Fails with its last words if it ends instead. */
export const startControlPlane = async (setting: ControlPlaneSetting): Promise<ControlPlane> => {
  const plane = await spawnControlPlane(setting);
  const ended = plane.gone.then(async (signal) => {
    throw new Error(`the control plane ended (${signal ?? "by itself"}) before it served:\n${await plane.log()}`);
  });
  const serves = until(
    `the control plane on port ${setting.port} to serve`,
    async () => (await fetch(`${plane.url}/healthz`, { signal: AbortSignal.timeout(2_000) })).status,
    () => true,
    { patienceMs: 120_000 },
  ).catch(async (error: Error) => {
    throw new Error(`${error.message}\nIt said:\n${await plane.log()}`);
  });
  ended.catch(() => {});
  await Promise.race([serves, ended]);
  return plane;
};

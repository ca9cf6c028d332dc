import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Test } from "tap";
import { dockerEngines } from "../../src/adapters/docker/engines.ts";
import type { EngineAddress } from "../../src/fleet/model/host.ts";
import type { ContainerEngine } from "../../src/fleet/ports.ts";
import { eventually } from "./engine-waits.ts";
import { spawnEngine } from "./engines-daemon.ts";
import { makeNetwork } from "./engines-network.ts";
import { folderOf, removeAbandonedEngines, removeEngine } from "./engines-remains.ts";
import { makeAuthority } from "./engines-tls.ts";

/** A Docker engine of a test's own, on a machine of its own as far as networks go. */
export interface RealEngine {
  readonly name: string;
  /** As `berth.yaml` names it. */
  readonly address: EngineAddress;
  /** Where its machine is reached: published ports are there. */
  readonly ip: string;
  /** Where it reaches this machine. */
  readonly here: string;
  /** The same engine by its Unix socket, whatever the address: for looking behind Berth's back. */
  readonly engine: ContainerEngine;
  /** Starts it, on what is on its disk, and returns once it answers. */
  start(): Promise<void>;
  /** Ends it as a power cut would; containers go on without it, as they do through an upgrade of Docker. */
  kill(): Promise<void>;
  /** Leaves it alive and unable to answer, and lets it go on: what a cut cable looks like. */
  freeze(): void;
  thaw(): void;
  /** Takes it away with all it holds; the test's end does so too. */
  remove(): Promise<void>;
}

/**
 * An engine for a test, removed with it together with whatever it holds. Not started. `secure`: it listens on TCP with TLS and asks for a
 * certificate. Needs root; throws with the reason without.
 */
export const anEngine = async (t: Test, number: number, secure = false): Promise<RealEngine> => {
  if (number === 1) await removeAbandonedEngines();
  const { name, address: ip, here } = await makeNetwork(number);
  const folder = folderOf(name);
  const inside = (path: string) => join(folder, path);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o711 });
  const tls = secure ? await makeAuthority(inside("tls"), ip) : undefined;
  const socket = `unix://${inside("docker.sock")}`;
  const engines = dockerEngines();
  let child: ChildProcess | undefined;

  const isAlive = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  const start = async (): Promise<void> => {
    child = await spawnEngine(name, ip, tls?.server);
    endWithThisProcess(child);
    await eventually(`the engine ${name} to answer`, async () => {
      if (!isAlive()) throw new Error(`dockerd ended as it started:\n${await lastWords(inside("log"))}`);
      const saw = await engines
        .at({ docker: socket })
        .ping()
        .then(
          () => "an answer",
          (error: Error) => error.message,
        );
      return { saw, found: saw === "an answer" || undefined };
    });
  };
  const kill = async (): Promise<void> => {
    if (!child || !isAlive()) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  const remove = async (): Promise<void> => {
    await engines.close();
    await kill();
    await removeEngine(name);
  };
  t.teardown(remove);
  return {
    name,
    ip,
    here,
    address: tls ? { docker: `tcp://${ip}:2376`, tls: tls.client } : { docker: socket },
    engine: engines.at({ docker: socket }),
    start,
    kill,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    remove,
  };
};

/** Should this test's process be killed for taking too long, a pipe closes and the engine ends; a later run removes what it leaves. */
const endWithThisProcess = (child: ChildProcess): void => {
  const words = ["-c", 'read -r _ || kill -9 "$1"', "sh", String(child.pid)];
  const watchdog = spawn("sh", words, { stdio: ["pipe", "ignore", "ignore"] });
  child.once("exit", () => watchdog.stdin.end("gone\n"));
};

const lastWords = async (log: string): Promise<string> =>
  (await readFile(log, "utf8")).split("\n").slice(-9).join("\n");

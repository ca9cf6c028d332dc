import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Test } from "tap";
import { distributionConfig } from "../../scripts/services/distribution.mjs";
import { removeTornBlobs } from "../../scripts/services/torn-blobs.mjs";
import type { RegistryProgram } from "../../src/adapters/distribution/collect.ts";
import { CHECKOUT } from "./control-plane.ts";
import { until } from "./until.ts";

/** A real Distribution of a test's own, configured as Berth's is. */
export interface TestDistribution {
  readonly socket: string;
  readonly program: RegistryProgram;
  /** Where its blobs lie. */
  readonly data: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on what is on disk. */
  start(): Promise<void>;
  /** Stops it in its tracks, or lets it go on: it takes connections and does not answer. Resolves once it stands still. */
  freeze(isFrozen: boolean): Promise<void>;
}

// It ends with this shell's input: when that is closed, and also when the test's process is killed for taking too long.
const WHILE_WATCHED = '"$@" & server=$!; echo $server; read -r _; kill -9 $server; wait $server 2>/dev/null';

/** Starts one in a folder of its own, or on a socket that is given; it ends with the test. */
export const aDistribution = async (t: Pick<Test, "teardown">, at?: { socket: string }): Promise<TestDistribution> => {
  const folder = await mkdtemp(join(tmpdir(), "berth-distribution-"));
  const socket = at?.socket ?? join(folder, "registry.sock");
  const data = join(folder, "data");
  await mkdir(data);
  const config = join(folder, "config.yml");
  const template = await readFile(join(CHECKOUT, "registry", "distribution.yml"), "utf8");
  await writeFile(config, distributionConfig(template, { data, socket }));
  const program = process.env.BERTH_TEST_REGISTRY ?? "docker-registry";
  let shell: ChildProcess | undefined;
  let pid = 0;

  const kill = async () => {
    if (!shell || shell.exitCode !== null || shell.signalCode !== null) return;
    const ended = once(shell, "exit");
    shell.stdin!.end();
    await ended;
  };
  const start = async () => {
    await rm(socket, { force: true });
    removeTornBlobs(data);
    shell = spawn("sh", ["-c", WHILE_WATCHED, "sh", program, "serve", config], { stdio: ["pipe", "pipe", "ignore"] });
    pid = Number(String((await once(shell.stdout!, "data"))[0]).trim());
    shell.stdout!.resume();
    await until(
      "Distribution to answer",
      () => statusOf(socket),
      (status) => status === 200,
    );
  };
  t.teardown(async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  });
  await start();
  return {
    socket,
    program: { program, config },
    data,
    kill,
    start,
    async freeze(isFrozen) {
      process.kill(pid, isFrozen ? "SIGSTOP" : "SIGCONT");
      await until(
        `process ${pid} to heed the signal`,
        () => stateOf(pid),
        (state) => state.startsWith("T") === isFrozen,
      );
    },
  };
};

/** `T` for a process that is stopped. */
const stateOf = async (pid: number): Promise<string> =>
  (await promisify(execFile)("ps", ["-o", "state=", "-p", String(pid)])).stdout.trim();

const statusOf = (socketPath: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path: "/v2/" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .once("error", reject)
      .end();
  });

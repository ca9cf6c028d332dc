import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Test } from "tap";
import { openRedis } from "../../src/adapters/redis/connect.ts";
import { type RedisStore, redisStore } from "../../src/adapters/redis/store.ts";
import type { Clock } from "../../src/kernel/clock.ts";

/** A real Redis of a test's own, on a Unix socket in a directory of its own. */
export interface TestRedis {
  readonly socket: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on what is on disk. */
  start(): Promise<void>;
}

const READY_WITHIN_MS = 10_000;

// The server ends with this shell's input: when it is closed, and also when the test's process is killed for taking too long.
const WHILE_WATCHED = '"$@" & server=$!; read -r _; kill -9 $server; wait $server 2>/dev/null';

const isReady = async (server: ChildProcess): Promise<void> => {
  const lines: string[] = [];
  const timeout = AbortSignal.timeout(READY_WITHIN_MS);
  for await (const line of createInterface({ input: server.stdout!, signal: timeout })) {
    lines.push(line);
    if (line.includes("Ready to accept connections") || line.includes("ready to accept connections")) return;
  }
  throw new Error(`waited ${READY_WITHIN_MS} ms for redis-server to accept connections; it said:\n${lines.join("\n")}`);
};

/**
 * Starts `redis-server` (`BERTH_TEST_REDIS_SERVER`, else from the PATH) for a test and ends it with the test. It keeps its state as Berth's own
 * does, append-only with a sync before each answer, if `durable`; else in memory.
 */
export const aRedis = async (
  t: Pick<Test, "teardown">,
  { durable = false, args = [] }: { durable?: boolean; args?: readonly string[] } = {},
): Promise<TestRedis> => {
  const directory = await mkdtemp(join(tmpdir(), "berth-redis-"));
  const socket = join(directory, "redis.sock");
  const keeping = durable ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
  const all = ["--port", "0", "--unixsocket", socket, "--dir", directory, "--save", "", ...keeping, ...args];
  let server: ChildProcess | undefined;

  const kill = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.stdin!.end();
    await ended;
  };
  const start = async () => {
    const program = process.env.BERTH_TEST_REDIS_SERVER ?? "redis-server";
    server = spawn("sh", ["-c", WHILE_WATCHED, "sh", program, ...all], { stdio: ["pipe", "pipe", "inherit"] });
    await Promise.race([isReady(server), once(server, "error").then(([error]) => Promise.reject(error))]);
    // Its later words are of no interest, but a full pipe would stop it.
    server.stdout!.resume();
  };

  t.teardown(async () => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  });
  await start();
  return { socket, kill, start };
};

/** A clock that moves by one millisecond whenever it is looked at, so that what comes later is later. */
export const aClock = (start = 1_700_000_000_000): Clock => {
  let now = start;
  return { now: () => now++ };
};

/** An empty store on that Redis, closed with the test. */
export const aStore = async (
  t: Test,
  { socket }: TestRedis,
  { feedLength, empty = true }: { feedLength?: number; empty?: boolean } = {},
): Promise<RedisStore> => {
  const { redis, close } = await openRedis({ socket }, "test-installation");
  t.teardown(close);
  if (empty) await redis.flushall();
  return redisStore(redis, aClock(), feedLength);
};

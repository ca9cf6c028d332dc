import { openRedis } from "../../src/adapters/redis/connect.ts";
import { jobStore } from "../../src/adapters/redis/job-store.ts";
import { parseInfo } from "../../src/adapters/redis/server-check.ts";
import { type RedisStore, redisStore } from "../../src/adapters/redis/store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import type { TaskId } from "../../src/fleet/model/ids.ts";
import type { ObservedTask } from "../../src/fleet/model/task.ts";
import type { ChangeListeners } from "../../src/kernel/change-feed.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { layOutBatch, startLoops } from "../../test/support/job-loops.ts";
import { aRedis } from "../../test/support/redis.ts";

/** What is to be taken away at the end. */
export interface Owner {
  teardown(teardown: () => unknown): void;
}

/** A Redis as Berth's own (append-only, a sync before each answer), empty, and the store on it. */
export const aBenchRedis = async (owner: Owner) => {
  const server = await aRedis(owner as Parameters<typeof aRedis>[0], {
    durable: true,
    args: ["--maxmemory-policy", "noeviction"],
  });
  const { redis, close } = await openRedis({ socket: server.socket }, "bench");
  owner.teardown(close);
  const store = redisStore(redis, systemClock);
  const info = async (name: string): Promise<number> => Number(parseInfo(await redis.info()).get(name) ?? 0);
  return {
    socket: server.socket,
    store,
    usedMemory: () => info("used_memory"),
    /** How often each command was called so far, those of scripts counted like any other. */
    async commands(): Promise<ReadonlyMap<string, number>> {
      const stats = parseInfo(await redis.info("commandstats"));
      return new Map(
        [...stats].map(([name, text]) => [name.replace("cmdstat_", ""), Number(/calls=(\d+)/.exec(text)?.[1] ?? 0)]),
      );
    },
    /** CPU seconds of this process and of Redis so far. */
    async cpuSeconds(): Promise<number> {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6 + (await info("used_cpu_user")) + (await info("used_cpu_sys"));
    },
  };
};

const container = (status: "RUNNING" | "STOPPED") => ({
  name: "default",
  status,
  bindings: [],
  restartCount: 0,
  ...(status === "STOPPED" && { exitCode: 0 }),
});

/** Stands for hosts, owners and engines: what is placed runs and ends at once. STOPPED tasks are forgotten when their jobs have ended. */
const noOpDriver = (store: RedisStore, listeners: ChangeListeners, ended: () => void) => {
  const tasks = taskStore(store);
  let forgetting: Promise<void> | undefined;
  let toForget = 0;
  const run = async (id: TaskId): Promise<void> => {
    const at = Date.now();
    const seen = (status: "RUNNING" | "STOPPED"): ObservedTask => ({
      status,
      startedAt: at,
      containers: [container(status)],
    });
    // Both on their way at once: Redis takes them in their order.
    await Promise.all([
      tasks.observe(id, 1, seen("RUNNING"), at),
      tasks.observe(id, 1, { ...seen("STOPPED"), stoppedAt: at }, at),
    ]);
  };
  const forgetAll = async (): Promise<void> => {
    toForget = 0;
    while ((await tasks.forgetStoppedBefore(Date.now() + 1, 500)).length === 500);
    forgetting = undefined;
  };
  listeners.listen((item) => {
    if (item.type === "resync") throw new Error("the bench fell behind the feed");
    const { kind, verb, subject, facts } = item.change;
    if (kind === "task" && verb === "placed" && facts.group === "batch") void run(subject as TaskId);
    if (kind === "job" && verb === "ended" && facts.was !== "PENDING") {
      ended();
      toForget += 1;
      if (toForget >= 500) forgetting ??= forgetAll();
    }
  });
  return { forgotten: async () => await forgetting };
};

/** Berth's loops over one host of `vcpus`, and what drives its containers. */
export const aBenchBatch = async (store: RedisStore, vcpus: number) => {
  await store.redis.flushall();
  await layOutBatch(store, vcpus);
  let count = 0;
  let until: { readonly count: number; readonly resolve: () => void } | undefined;
  const heardEnd = (): void => {
    count += 1;
    if (until && count >= until.count) until.resolve();
  };
  return {
    jobs: jobStore(store),
    /** Loops and driver hear of changes by one reader, as all of a control plane does. */
    async start() {
      const loops = await startLoops(store, { owner: "bench" });
      const driver = noOpDriver(store, loops.deps.listeners, heardEnd);
      return {
        async quit(): Promise<void> {
          await loops.quit();
          await driver.forgotten();
        },
      };
    },
    /** Resolves when so many jobs have ended since the start. */
    ended: (wanted: number): Promise<void> =>
      new Promise((resolve) => {
        if (count >= wanted) resolve();
        else until = { count: wanted, resolve };
      }),
  };
};

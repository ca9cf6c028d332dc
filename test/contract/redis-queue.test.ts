import { fork } from "node:child_process";
import { once } from "node:events";
import { Queue } from "bullmq";
import t, { type Test } from "tap";
import { bullQueues } from "../../src/adapters/bullmq/work-queue.ts";
import { waitingConnection } from "../../src/adapters/redis/connect.ts";
import { QUEUE_PREFIX } from "../../src/adapters/redis/keys.ts";
import type { WakeUp } from "../../src/kernel/work-queue.ts";
import { aRedis, aStore } from "../support/redis.ts";

const server = await aRedis(t);

/** A promise and what settles it. */
const aSignal = <T = void>() => {
  let give: (value: T) => void = () => {};
  const given = new Promise<T>((resolve) => {
    give = resolve;
  });
  return { given, give };
};

const aQueue = async (t: Test, name = "janitor") => {
  const { redis } = await aStore(t, server);
  const working = waitingConnection(redis);
  t.teardown(() => working.disconnect());
  const errors: unknown[] = [];
  const { queues, close } = bullQueues({ adding: redis, working }, QUEUE_PREFIX, (error) => errors.push(error));
  t.teardown(close);
  return { queue: queues(name), queues, errors, redis };
};

t.test("a wake-up reaches its handler with its data, and leaves nothing behind", async (t) => {
  const { queue, redis } = await aQueue(t);
  const handled = aSignal<WakeUp>();
  await queue.handle(async (wakeUp) => handled.give(wakeUp), 1);
  await queue.add({ name: "sweep", data: { host: "h1" } });
  t.strictSame(await handled.given, { name: "sweep", data: { host: "h1" } });
  await queue.close();
  t.strictSame(await redis.keys(`${QUEUE_PREFIX}:janitor:[0-9]*`), []);
});

t.test("wake-ups of one id merge while one waits", async (t) => {
  const { queue } = await aQueue(t);
  for (let i = 0; i < 5; i++) await queue.add({ name: "look", data: { i } }, { once: "task:a" });
  await queue.add({ name: "last", data: {} });
  const handled: string[] = [];
  const ended = aSignal();
  await queue.handle(async ({ name }) => {
    handled.push(name);
    if (name === "last") ended.give();
  }, 1);
  await ended.given;
  t.strictSame(handled, ["look", "last"]);
});

t.test("a wake-up that arrives while its like is active follows it", async (t) => {
  const { queue } = await aQueue(t);
  const [started, goOn, ended] = [aSignal(), aSignal(), aSignal()];
  const handled: unknown[] = [];
  await queue.handle(async ({ data }) => {
    handled.push(data.i);
    if (handled.length === 1) {
      started.give();
      await goOn.given;
    } else {
      ended.give();
    }
  }, 4);
  await queue.add({ name: "look", data: { i: 1 } }, { once: "task:a" });
  await started.given;
  await queue.add({ name: "look", data: { i: 2 } }, { once: "task:a" });
  await queue.add({ name: "look", data: { i: 3 } }, { once: "task:a" });
  t.strictSame(handled, [1], "not beside it");
  goOn.give();
  await ended.given;
  t.strictSame(handled, [1, 3], "once, with the latest data");
});

t.test("a handler that throws is called again as often as asked", async (t) => {
  const { queue } = await aQueue(t);
  const ended = aSignal();
  let calls = 0;
  await queue.handle(async () => {
    calls++;
    if (calls === 3) ended.give();
    else throw new Error("not yet");
  }, 1);
  await queue.add({ name: "try", data: {} }, { attempts: 3, backoffMs: 1 });
  await ended.given;
  t.equal(calls, 3);
});

t.test("a wake-up with the id of one that failed for good is no silent no-op", async (t) => {
  const { queue } = await aQueue(t);
  const handled = [aSignal(), aSignal()];
  let calls = 0;
  await queue.handle(async () => {
    handled[calls++]!.give();
    throw new Error("never");
  }, 1);
  await queue.add({ name: "try", data: {} }, { once: "x" });
  await handled[0]!.given;
  await queue.add({ name: "try", data: {} }, { once: "x" });
  await handled[1]!.given;
  t.equal(calls, 2);
});

t.test("what repeats does so under its name once, with the latest interval", async (t) => {
  const { queue, redis } = await aQueue(t);
  await queue.every("sweep", 60_000);
  await queue.every("sweep", 20);
  const thrice = aSignal();
  let calls = 0;
  await queue.handle(async ({ name }) => {
    calls += name === "sweep" ? 1 : 0;
    if (calls === 3) thrice.give();
  }, 1);
  await thrice.given;
  const plain = new Queue("janitor", { connection: redis, prefix: QUEUE_PREFIX });
  t.match(await plain.getJobSchedulers(), [{ key: "sweep", every: 20 }]);
  t.equal(await plain.getJobCountByTypes("completed", "failed"), 0);
  await plain.close();
});

t.test("a schedule wakes when it is due and says when that was; called off, it is gone", async (t) => {
  const { queue, redis } = await aQueue(t);
  // A minute's rate that began so long ago that it is due in a moment.
  const due = Date.now() + 300;
  const schedule = { expression: "rate(1 minute)", startsAt: due - 60_000 };
  await queue.schedule("nightly", { expression: "cron(0 3 * * ? *)", startsAt: due }, { name: "old", data: {} });
  await queue.schedule("nightly", schedule, { name: "fire", data: { name: "nightly" } });
  const handled = aSignal<WakeUp>();
  await queue.handle(async (wakeUp) => handled.give(wakeUp), 1);
  t.strictSame(await handled.given, { name: "fire", data: { name: "nightly" }, due });
  const plain = new Queue("janitor", { connection: redis, prefix: QUEUE_PREFIX });
  t.teardown(() => plain.close());
  t.match(await plain.getJobSchedulers(), [{ key: "nightly", next: due + 60_000 }], "the next one waits already");
  t.equal(await queue.callOff("nightly"), true);
  t.equal(await queue.callOff("nightly"), false);
  t.strictSame(await plain.getJobSchedulers(), []);
  t.strictSame(await plain.getDelayed(), []);
});

t.test("the wake-up of a worker that died is handed on within seconds", async (t) => {
  const { queue } = await aQueue(t);
  await queue.add({ name: "look", data: {} });
  const dying = fork(new URL("redis-dying-worker.ts", import.meta.url), [server.socket], {
    execArgv: ["--import=tsx"],
  });
  const [word] = await once(dying, "message");
  t.equal(word, "handling");
  dying.kill("SIGKILL");
  await once(dying, "exit");
  const diedAt = Date.now();
  const handedOn = aSignal<string>();
  await queue.handle(async ({ name }) => handedOn.give(name), 1);
  t.equal(await handedOn.given, "look");
  // BullMQ's own settings would take 30 s to 60 s.
  t.ok(Date.now() - diedAt < 20_000, `after ${Date.now() - diedAt} ms`);
});

import t from "tap";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import { simulatedEngine } from "../../src/adapters/simulated/engine.ts";
import { simulatedWorkQueue } from "../../src/adapters/simulated/work-queue.ts";
import { EngineError } from "../../src/fleet/ports.ts";
import { aPlan } from "../support/engine-plan.ts";

const image = "berth/busybox:latest";
const plan = (name: string, ...command: string[]) => aPlan({ name, image, command });

const anEngine = () => {
  const time = movableClock();
  return { time, engine: simulatedEngine({ time, images: [image] }) };
};

const aQueue = () => {
  const time = movableClock();
  const queue = simulatedWorkQueue(time);
  const handled: string[] = [];
  return { time, queue, handled, note: async ({ name }: { name: string }) => void handled.push(name) };
};

t.test("a program ends when the clock says so, not before", async (t) => {
  const { time, engine } = anEngine();
  const id = await engine.create(plan("sleeps", "sleep", "60"));
  await engine.start(id);
  await time.advance(59_999);
  t.equal((await engine.inspect(id))?.state, "running");
  await time.advance(1);
  const { state, exitCode, startedAt = 0, finishedAt = 0 } = (await engine.inspect(id))!;
  t.strictSame({ state, exitCode, lasted: finishedAt - startedAt }, { state: "exited", exitCode: 0, lasted: 60_000 });
});

t.test("out of reach nothing answers and streams break, but programs run on", async (t) => {
  const { time, engine } = anEngine();
  const unreachable = { name: "EngineUnreachableError" };
  const id = await engine.create(plan("runs-on", "sleep", "5"));
  await engine.start(id);
  const { subscribed, events } = engine.watch({}, new AbortController().signal);
  await subscribed;
  engine.faults.cutReach();
  await t.rejects(events[Symbol.asyncIterator]().next(), unreachable);
  await t.rejects(engine.inspect(id), unreachable);
  await time.advance(5_000);
  engine.faults.restoreReach();
  t.match(await engine.inspect(id), { state: "exited", exitCode: 0 });
});

t.test("a lost answer leaves the work done; a refusal leaves it undone", async (t) => {
  const { engine } = anEngine();
  engine.faults.loseAnswer("create");
  await t.rejects(engine.create(plan("lost", "true")), { name: "EngineUnreachableError" });
  t.equal(engine.containers().length, 1);
  const id = await engine.create(plan("lost", "true"));
  t.equal(engine.containers().length, 1, "asked again, the first one is found");
  engine.faults.refuse("start", new EngineError(500, "no space left on device"));
  await t.rejects(engine.start(id), { status: 500, message: /no space/ });
  t.equal(engine.containers()[0]?.starts, 0);
  await engine.start(id);
  t.equal(engine.containers()[0]?.starts, 1);
});

t.test("a slow verb takes its time, and an event can be lost", async (t) => {
  const { time, engine } = anEngine();
  engine.faults.delay("create", 700);
  let made = false;
  const creating = engine.create(plan("slow", "true")).then(() => {
    made = true;
  });
  await time.advance(699);
  t.notOk(made);
  await time.advance(1);
  t.ok(made);
  await creating;
  const stop = new AbortController();
  const { subscribed, events } = engine.watch({}, stop.signal);
  await subscribed;
  engine.loseEvents();
  await engine.start(engine.containers()[0]!.id);
  await time.advance(0);
  stop.abort();
  const seen = [];
  for await (const { action } of events) seen.push(action);
  t.strictSame(seen, []);
  t.equal((await engine.list({}))[0]?.state, "exited", "the list knows");
});

t.test("wake-ups come in order, delayed ones in their time", async (t) => {
  const { time, queue, handled, note } = aQueue();
  await queue.add({ name: "later", data: {} }, { delayMs: 1_000 });
  await queue.add({ name: "first", data: {} });
  await queue.add({ name: "second", data: {} });
  await queue.handle(note, 1);
  await time.settle();
  t.strictSame(handled, ["first", "second"]);
  await time.advance(999);
  t.equal(handled.length, 2);
  await time.advance(1);
  t.strictSame(handled, ["first", "second", "later"]);
  t.equal(queue.size(), 0);
});

t.test("wake-ups of one id merge while one waits; one that comes while its like is handled follows", async (t) => {
  const { time, queue } = aQueue();
  let finish = () => {};
  let runs = 0;
  const add = () => queue.add({ name: "look", data: {} }, { once: "look" });
  for (const _ of [1, 2, 3]) await add();
  await queue.handle(async () => {
    runs += 1;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
  }, 2);
  await time.settle();
  t.equal(runs, 1, "three waiting ones are one");
  for (const _ of [1, 2]) await add();
  await time.settle();
  t.equal(runs, 1, "its like is active");
  finish();
  await time.settle();
  t.equal(runs, 2, "what came meanwhile follows, once");
  finish();
  await time.settle();
  t.equal(queue.size(), 0);
});

t.test("a failing handler is called again, each time after twice as long, and then given up", async (t) => {
  const { time, queue } = aQueue();
  const at: number[] = [];
  const start = time.now();
  await queue.handle(async () => {
    at.push(time.now() - start);
    throw new Error("not yet");
  }, 1);
  await queue.add({ name: "tries", data: {} }, { attempts: 3, backoffMs: 100 });
  await time.advance(10_000);
  t.strictSame(at, [0, 100, 300]);
  t.match(queue.failed, [{ wakeUp: { name: "tries" } }]);
});

t.test("a schedule wakes each time it is due, until it is called off", async (t) => {
  const { time, queue, handled, note } = aQueue();
  await queue.handle(note, 1);
  await queue.schedule("s", { expression: "rate(1 hour)", startsAt: time.now() }, { name: "other", data: {} });
  await queue.schedule("s", { expression: "rate(5 minutes)", startsAt: time.now() }, { name: "fire", data: {} });
  await time.advance(16 * 60_000);
  t.equal(handled.length, 3);
  t.equal(await queue.callOff("s"), true);
  t.equal(await queue.callOff("s"), false);
  await time.advance(60 * 60_000);
  t.equal(handled.length, 3);
});

t.test("an interval repeats until it is closed, and the same name replaces it", async (t) => {
  const { time, queue, handled, note } = aQueue();
  await queue.handle(note, 1);
  await queue.every("sweep", 10_000);
  await queue.every("sweep", 1_000);
  await time.advance(10_000);
  t.equal(handled.length, 10);
  await queue.close();
  await time.advance(10_000);
  t.equal(handled.length, 10);
  t.equal(time.pending(), 0);
});

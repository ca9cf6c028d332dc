import t from "tap";
import { enforceTimeLimits } from "../../src/batch/control/time-limits.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aBatch, aJob, jobId, QUEUE } from "./batch-fixtures.ts";

const server = await aRedis(t);
const newBatch = async (t: Parameters<typeof aStore>[0]) => aBatch(await aStore(t, server));

t.test("a submitted job reads back as it was written and may start", async (t) => {
  const { jobs, job, line } = await newBatch(t);
  const submission = aJob("a", { tags: { team: "ünï" }, share: "", timeoutSeconds: 60, parameters: { x: "1" } });
  t.strictSame(await jobs.submit(submission), { type: "made" });
  t.match(await job("a"), { ...submission, status: "RUNNABLE", attempts: [] });
  t.strictSame(await line(), ["a"]);
  t.match(await jobs.counts(QUEUE), { RUNNABLE: 1, PENDING: 0, SUCCEEDED: 0 });
  t.strictSame(await jobs.get([jobId("b"), jobId("a:0")]), [undefined, undefined]);
});

t.test("a cause makes one job, however often it is asked", async (t) => {
  const { submit, job } = await newBatch(t);
  const cause = { key: "scope/once", fingerprint: "f" };
  t.strictSame(await submit("a", { cause }), { type: "made" });
  t.strictSame(await submit("b", { cause }), { type: "repeated", id: "a", name: "a" });
  t.strictSame(await submit("c", { cause: { ...cause, fingerprint: "g" } }), { type: "conflict" });
  t.equal(await job("b"), undefined);
});

t.test("jobs stand in line by priority, then as they came", async (t) => {
  const { submit, line } = await newBatch(t);
  await submit("a");
  await submit("b", { schedulingPriority: 5 });
  await submit("c", { arraySize: 2, schedulingPriority: 5 });
  await submit("d", { schedulingPriority: 9999 });
  t.strictSame(await line(), ["d", "b", "c:0", "c:1", "a"]);
});

t.test("an attempt has a task if and only if it is claimed, and no attempt is claimed twice", async (t) => {
  const { submit, claim, job, line, tasks, ledger } = await newBatch(t);
  await submit("a");
  await submit("b");
  t.match(await claim(["a", 1]), { type: "committed", gone: [] });
  t.match(await job("a"), { status: "STARTING", attempts: [{ attempt: 1, host: "h1" }] });
  t.strictSame(await line(), ["b"]);
  const again = await claim(["a", 1], ["b", 2], ["b", 1], ["nobody", 1]);
  t.equal(again.type === "committed" && again.gone.length, 3, "all but b's first attempt are left out");
  t.equal((await tasks.find("000000000000/us-east-1/default" as never, [])).length, 2);
  t.match(await ledger("h1"), { free: { cpuUnits: 1_000_000 - 2 * 1024 } }, "what was left out holds nothing");
});

t.test("a job passes its states, and an end counts once", async (t) => {
  const { submit, claim, start, end, job, jobs } = await newBatch(t);
  await submit("a");
  await claim(["a", 1]);
  await start("a");
  t.match(await job("a"), { status: "RUNNING", startedAt: 60 });
  await end("a", 1, "SUCCEEDED", "done");
  await end("a", 1, "FAILED", "late");
  t.match(await job("a"), { status: "SUCCEEDED", statusReason: "done", stoppedAt: 90, attempts: [{ exitCode: 0 }] });
  t.match(await jobs.counts(QUEUE), { SUCCEEDED: 1, FAILED: 0, RUNNING: 0, STARTING: 0, RUNNABLE: 0 });
});

t.test("a retry goes back to the front of its share, behind a higher priority, with its attempts kept", async (t) => {
  const { submit, run, line, job, claim, end } = await newBatch(t);
  await submit("a");
  await submit("b");
  await run("a", "RETRY");
  await submit("c", { schedulingPriority: 1 });
  t.strictSame(await line(), ["c", "a", "b"]);
  await claim(["a", 2]);
  await end("a", 2, "SUCCEEDED");
  t.match(await job("a"), { status: "SUCCEEDED", attempts: [{ attempt: 1 }, { attempt: 2 }] });
});

t.test("a retry with a backoff waits until it is due, with that as its reason", async (t) => {
  const { submit, claim, end, line, job, moves } = await newBatch(t);
  await submit("a");
  await claim(["a", 1]);
  await end("a", 1, "RETRY", "why", 5_000);
  t.strictSame(await line(), []);
  t.match(await job("a"), { status: "RUNNABLE", waiting: { code: "JOB:RETRY_BACKOFF" } });
  const timeout = (at: number) => ({ kind: "timeout" as const, reason: "too long", at });
  const { done, next } = await moves.due(timeout(0), 10);
  t.equal(done, 0);
  t.strictSame(await moves.due(timeout(next!), 10), { done: 1 });
  t.strictSame(await line(), ["a"]);
});

t.test("a timeout asks the attempt to stop, and its end is no retry", async (t) => {
  const { submit, claim, start, end, job, moves } = await newBatch(t);
  await submit("a", { timeoutSeconds: 2, retry: { attempts: 3, evaluateOnExit: [] } });
  await claim(["a", 1]);
  t.equal(await start("a"), 2_060);
  t.match(await moves.due({ kind: "timeout", reason: "too long", at: 2_060 }, 10), { done: 1 });
  t.strictSame(await moves.stopping(), [{ id: "a", attempt: 1 }]);
  await end("a", 1, "RETRY");
  t.match(await job("a"), { status: "FAILED", statusReason: "too long" });
  t.strictSame(await moves.stopping(), []);
});

t.test("cancel ends what waits and leaves alone what runs; terminate ends all", async (t) => {
  const { submit, claim, stop, job, status, line, end, moves } = await newBatch(t);
  for (const id of ["waits", "runs", "pends"])
    await submit(id, { dependsOn: id === "pends" ? [{ type: "job", job: jobId("runs") }] : [] });
  await claim(["runs", 1]);
  await stop("cancel", "waits", "runs", "pends", "nobody");
  t.match(await job("waits"), { status: "FAILED", statusReason: "cancel it" });
  t.match([await status("runs"), await status("pends")], ["STARTING", "PENDING"]);
  t.strictSame(await line(), []);
  await stop("terminate", "runs");
  t.strictSame(await moves.stopping(), [{ id: "runs", attempt: 1 }]);
  await end("runs", 1, "SUCCEEDED");
  t.match(await job("runs"), { status: "FAILED", statusReason: "terminate it" });
});

t.test("a cancelled PENDING job ends when its dependencies have, and never runs", async (t) => {
  const { submit, run, stop, job, settle } = await newBatch(t);
  await submit("a");
  await submit("b", { dependsOn: [{ type: "job", job: jobId("a") }] });
  await stop("cancel", "b");
  await run("a");
  await settle();
  t.match(await job("b"), { status: "FAILED", statusReason: "cancel it" });
});

t.test("a diamond runs in order, and a failed dependency fails all that follow", async (t) => {
  const { submit, run, settle, status, job } = await newBatch(t);
  const on = (...ids: string[]) => ({ dependsOn: ids.map((id) => ({ type: "job" as const, job: jobId(id) })) });
  await submit("top");
  await submit("left", on("top"));
  await submit("right", on("top"));
  await submit("bottom", on("left", "right"));
  await submit("after", on("bottom"));
  t.strictSame(await Promise.all(["left", "bottom"].map(status)), ["PENDING", "PENDING"]);
  await run("top");
  await settle();
  t.strictSame(await Promise.all(["left", "right", "bottom"].map(status)), ["RUNNABLE", "RUNNABLE", "PENDING"]);
  await run("left");
  await settle();
  t.equal(await status("bottom"), "PENDING");
  await run("right", "FAILED");
  await settle(1);
  t.match(await job("after"), { status: "FAILED", statusReason: "Dependent Job failed" });
  await submit("late", on("bottom"));
  t.match(await job("late"), { status: "FAILED", statusReason: "Dependent Job failed" });
  await submit("soon", on("left"));
  t.equal(await status("soon"), "RUNNABLE");
  t.strictSame(await submit("none", on("nobody")), { type: "missing", job: "nobody" });
});

t.test("an array is one entry; its children are described as if all were there", async (t) => {
  const { submit, claim, end, job, jobs, line, entries } = await newBatch(t);
  await submit("a", { arraySize: 4 });
  t.match(await job("a"), { status: "PENDING", arraySize: 4, summary: { RUNNABLE: 4 } });
  t.match(await job("a:3"), {
    id: "a:3",
    name: "a",
    status: "RUNNABLE",
    child: { parent: "a", index: 3 },
    attempts: [],
  });
  t.equal(await job("a:4"), undefined);
  t.equal((await entries()).length, 1);
  await claim(["a:0", 1], ["a:1", 1]);
  await end("a:0", 1, "SUCCEEDED", "well");
  await end("a:1", 1, "RETRY");
  t.match(await job("a"), { summary: { SUCCEEDED: 1, RUNNABLE: 3 } });
  t.match(await job("a:0"), { status: "SUCCEEDED", statusReason: "well", attempts: [{ attempt: 1, exitCode: 0 }] });
  t.strictSame(await line(), ["a:1", "a:2", "a:3"], "the one that is tried again goes first");
  await claim(["a:1", 2], ["a:2", 1], ["a:3", 1]);
  t.strictSame(await line(), []);
  for (const [id, attempt] of [
    ["a:1", 2],
    ["a:2", 1],
  ] as const)
    await end(id, attempt, "SUCCEEDED");
  t.match(await job("a"), { status: "PENDING", summary: { SUCCEEDED: 3, STARTING: 1 } });
  await end("a:3", 1, "FAILED");
  t.match(await job("a"), {
    status: "FAILED",
    statusReason: "Array Child Job failed",
    summary: { SUCCEEDED: 3, FAILED: 1 },
  });
  t.match((await job("a:1"))?.attempts.length, 2);
  const failed = await jobs.list({ array: jobId("a"), status: "FAILED" }, { limit: 10 });
  t.strictSame(
    failed.jobs.map(({ id }) => id),
    ["a:3"],
  );
});

t.test("children wait for each other: SEQUENTIAL, N_TO_N, and one child of an array", async (t) => {
  const { submit, run, settle, line, status, job } = await newBatch(t);
  await submit("a", { arraySize: 3 });
  await submit("b", { arraySize: 3, dependsOn: [{ type: "N_TO_N", job: jobId("a") }] });
  await submit("s", { arraySize: 3, dependsOn: [{ type: "SEQUENTIAL" }] });
  await submit("one", { dependsOn: [{ type: "job", job: jobId("a:1") }] });
  await settle();
  t.strictSame(await line(), ["a:0", "a:1", "a:2", "s:0"]);
  t.strictSame(await submit("m", { arraySize: 2, dependsOn: [{ type: "N_TO_N", job: jobId("a") }] }), {
    type: "mismatch",
    job: "a",
  });
  await run("a:0");
  await run("a:1");
  await run("s:0");
  await settle(2);
  t.strictSame(await line(), ["a:2", "b:0", "b:1", "s:1", "one"]);
  await run("a:2", "FAILED");
  await run("s:1", "FAILED");
  await settle();
  t.match(await job("b:2"), { status: "FAILED", statusReason: "Dependent Job failed" });
  t.match(await job("s"), { status: "FAILED", summary: { SUCCEEDED: 1, FAILED: 2 } });
  await run("b:0");
  await run("b:1");
  t.equal(await status("b"), "FAILED");
});

t.test("an array that is ended takes its unmet children with it, cheaply, and asks the others to stop", async (t) => {
  const { submit, claim, end, stop, job, line, moves } = await newBatch(t);
  await submit("a", { arraySize: 10_000 });
  await claim(["a:0", 1], ["a:1", 1]);
  await end("a:1", 1, "RETRY");
  await stop("cancel", "a");
  t.match(await job("a"), { status: "PENDING", summary: { STARTING: 1, FAILED: 9_999 } });
  t.strictSame(await line(), []);
  t.strictSame(await moves.stopping(), [], "cancel leaves alone what runs");
  await stop("terminate", "a");
  t.strictSame(await moves.stopping(), [{ id: "a:0", attempt: 1 }]);
  await end("a:0", 1, "SUCCEEDED");
  t.match(await job("a"), { status: "FAILED", statusReason: "cancel it", summary: { FAILED: 10_000 } });
  t.match(await job("a:777"), { status: "FAILED", statusReason: /it$/ });
});

t.test("what is set aside leaves the line with its reason, and is recalled to its place", async (t) => {
  const { submit, line, job, moves } = await newBatch(t);
  await submit("a", { arraySize: 2 });
  await submit("b");
  await submit("c");
  const wait = { job: jobId("a:0"), code: "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", text: "too large", since: 5 };
  await moves.explain([
    { ...wait, kind: "aside", queue: QUEUE, share: "" },
    { ...wait, job: jobId("b"), code: "CAPACITY", text: "no room", kind: "waiting", queue: QUEUE, share: "" },
  ]);
  t.strictSame(await line(), ["b", "c"]);
  t.match(await job("a:1"), { status: "RUNNABLE", waiting: { text: "too large" } });
  t.match(await job("b"), { waiting: { text: "no room" } });
  t.match(await job("c"), { waiting: { text: "It waits behind 1 of its share. no room" } });
  t.equal(await moves.recall(QUEUE), 1);
  t.strictSame(await line(), ["a:0", "a:1", "b", "c"]);
});

t.test("a queue's time limits end what stood first, or was set aside, for too long", async (t) => {
  const { submit, line, job, jobs, moves } = await newBatch(t);
  await submit("a", { arraySize: 3 });
  await submit("b");
  await submit("c");
  const [large, full] = ["MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY"];
  const told = { text: "the figures", queue: QUEUE, share: "" } as const;
  await moves.explain([
    { ...told, job: jobId("a:0"), code: large, since: 1_000, kind: "aside" },
    { ...told, job: jobId("b"), code: full, since: 2_000, kind: "waiting" },
  ]);
  const timeLimits = [large, full].map((reason) => ({ reason, maxSeconds: 600, action: "CANCEL" as const }));
  const enforceAt = (now: number) =>
    enforceTimeLimits({ jobs, jobMoves: moves, clock: { now: () => now } }, [
      { id: QUEUE, record: { timeLimits } } as unknown as Parameters<typeof enforceTimeLimits>[1][number],
    ]);
  await enforceAt(600_999);
  t.match(await job("a"), { status: "PENDING" });
  await enforceAt(601_000);
  const statusReason = `Canceled by JobStateTimeLimit action due to reason: ${large}`;
  t.match(await job("a"), { status: "FAILED", statusReason, summary: { FAILED: 3 } });
  t.match(await job("a:2"), { status: "FAILED", statusReason });
  t.strictSame(await line(), ["b", "c"]);
  await enforceAt(602_000);
  t.match(await job("b"), { status: "FAILED", statusReason: /due to reason: CAPACITY:INSUFFICIENT/ });
  await enforceAt(10_000_000);
  t.strictSame(await line(), ["c"], "what came to the front has its own time");
});

t.test("lists go newest first, in pages that stay right", async (t) => {
  const { submit, jobs, run } = await newBatch(t);
  for (const id of ["a", "b", "c", "d", "e"]) await submit(id, { name: "same" });
  const ids = (page: Awaited<ReturnType<typeof jobs.list>>) => page.jobs.map(({ id }) => id);
  const first = await jobs.list({ queue: QUEUE, status: "RUNNABLE" }, { limit: 2 });
  t.strictSame(ids(first), ["e", "d"]);
  await run("b");
  const second = await jobs.list({ queue: QUEUE, status: "RUNNABLE" }, { limit: 2, cursor: first.next! });
  t.strictSame(ids(second), ["c", "a"]);
  t.equal(second.next, undefined);
  t.strictSame(ids(await jobs.list({ queue: QUEUE }, { limit: 9 })), ["e", "d", "c", "b", "a"]);
  t.strictSame(ids(await jobs.list({ queue: QUEUE, name: "same" }, { limit: 9 })), ["e", "d", "c", "b", "a"]);
});

t.test("a forgotten job leaves no key behind, and names the tasks whose output goes with it", async (t) => {
  const store = await aStore(t, server);
  const { submit, run, claim, end, moves, tasks } = await aBatch(store);
  const before = (await store.redis.keys("*")).sort();
  await submit("a", { cause: { key: "k", fingerprint: "f" } });
  await submit("b", { arraySize: 2 });
  await run("a");
  await run("b:0");
  await run("b:1", "RETRY");
  await claim(["b:1", 2]);
  await end("b:1", 2, "FAILED");
  const stopped = await tasks.forgetStoppedBefore(1_000, 10);
  t.strictSame(
    stopped.map(({ keepsOutput }) => keepsOutput),
    [true, true, true, true],
  );
  const { jobs, tasks: outputs } = await moves.forgetEndedBefore(Number.MAX_SAFE_INTEGER, 10);
  t.equal(jobs, 2);
  t.strictSame([...outputs].sort(), stopped.map(({ id }) => id).sort());
  const left = ["berth:job-order", `berth:job-usage:${QUEUE}`];
  t.strictSame((await store.redis.keys("*")).sort(), [...before, ...left].sort());
});

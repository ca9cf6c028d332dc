import t, { type Test } from "tap";
import { jobStore } from "../../src/adapters/redis/job-store.ts";
import { taskStore } from "../../src/adapters/redis/task-store.ts";
import type { JobId } from "../../src/batch/model/ids.ts";
import type { Job, JobSubmission } from "../../src/batch/model/job.ts";
import type { JobQueueRecord } from "../../src/batch/model/job-queue.ts";
import type { Stored } from "../../src/kernel/records.ts";
import { addHost, layOutBatch, startLoops } from "../support/job-loops.ts";
import { jobRunner, type Program } from "../support/job-runner.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { until } from "../support/until.ts";
import { aJob, QUEUE } from "./batch-fixtures.ts";
import { aTask, place, seen, taskId } from "./redis-fixtures.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const server = await aRedis(t);

interface Setting {
  readonly vcpus: number;
  readonly program?: Program;
  readonly queue?: Partial<JobQueueRecord>;
  readonly sweepMs?: number;
  readonly keepJobsMs?: number;
}

/** Batch's loops over one host, with programs that end at once unless something else is said, and a clock that can be moved ahead. */
const aBatchAtWork = async (
  t: Test,
  { vcpus, program = () => 0, queue = {}, sweepMs = HOUR, keepJobsMs = DAY }: Setting,
) => {
  let aheadMs = 0;
  const store = { ...(await aStore(t, server)), clock: { now: () => Date.now() + aheadMs } };
  await layOutBatch(store, vcpus, queue);
  const jobs = jobStore(store);
  const runner = await jobRunner(store, program);
  const loops = await startLoops(store, { owner: "one", times: { sweepMs, keepJobsMs } });
  t.teardown(async () => {
    await loops.quit();
    await runner.close();
  });
  const read = async (id: string): Promise<Job> => {
    const [job] = await jobs.get([id as JobId]);
    if (!job) throw new Error(`no job ${id}`);
    return job;
  };
  return {
    store,
    jobs,
    runner,
    loops,
    read,
    submit: (name: string, members: Partial<JobSubmission> = {}) =>
      jobs.submit(aJob(name, { createdAt: store.clock.now(), ...members })),
    is: (id: string, status: Job["status"]) =>
      until(
        `${id} to be ${status}`,
        () => read(id),
        (job) => job.status === status,
      ),
    waits: (id: string, code: string) =>
      until(
        `${id} to wait for ${code}`,
        () => read(id),
        ({ waiting }) => waiting?.code === code,
      ),
    goAhead: (ms: number) => {
      aheadMs += ms;
    },
  };
};

const vcpus = (count: number): Partial<JobSubmission> => ({
  container: { ...aJob("any").container, vcpus: count },
});
const CAPACITY = "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY";
const TOO_LARGE = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT";

t.test("jobStateTimeLimitActions end what waits too long for their reason, and say which it was", async (t) => {
  const { submit, is, waits, read, goAhead, jobs } = await aBatchAtWork(t, {
    vcpus: 1,
    program: (job) => (job === "holds" ? "waits" : 0),
    sweepMs: 50,
    queue: {
      timeLimits: [
        { reason: "MISCONFIGURATION:COMPUTE_ENVIRONMENT_DISABLED", maxSeconds: 600, action: "CANCEL" },
        { reason: TOO_LARGE, maxSeconds: 600, action: "TERMINATE" },
        { reason: CAPACITY, maxSeconds: 1_200, action: "CANCEL" },
      ],
    },
  });
  await submit("holds");
  await is("holds", "RUNNING");
  await submit("large", vcpus(2));
  await submit("first");
  await submit("behind");
  await waits("large", TOO_LARGE);
  await waits("first", CAPACITY);

  goAhead(700_000);
  const large = await is("large", "FAILED");
  t.equal(large.statusReason, `Canceled by JobStateTimeLimit action due to reason: ${TOO_LARGE}`);
  t.equal(large.stop?.kind, "terminate");
  t.equal((await read("first")).status, "RUNNABLE", "another reason's time is not over");

  goAhead(700_000);
  const first = await is("first", "FAILED");
  t.match(first, {
    statusReason: `Canceled by JobStateTimeLimit action due to reason: ${CAPACITY}`,
    stop: { kind: "cancel" },
    attempts: [],
  });
  await waits("behind", CAPACITY);
  t.match(await read("behind"), { status: "RUNNABLE" }, "its time at the front begins anew");
  t.match(await read("holds"), { status: "RUNNING" }, "what runs is no business of theirs");

  await jobs.requestStop(["holds" as JobId], { kind: "terminate", reason: "enough", at: 1 });
  await is("behind", "SUCCEEDED");
});

t.test("ended jobs are described as long as is configured, then nothing of them is left", async (t) => {
  const { store, submit, is, read, loops, goAhead, jobs } = await aBatchAtWork(t, {
    vcpus: 4,
    keepJobsMs: 7 * DAY,
    program: (job, attempt) => {
      if (job === "waits") return "waits";
      return job === "fails" || (job === "array:1" && attempt === 1) ? 1 : 0;
    },
  });
  const twice = { retry: { attempts: 2, evaluateOnExit: [] } };
  await submit("array", { arraySize: 3, ...twice });
  await submit("after", { dependsOn: [{ type: "job", job: "array" as JobId }] });
  await submit("fails", { ...twice, timeoutSeconds: 600, cause: { key: "once", fingerprint: "f" } });
  await submit("never", { dependsOn: [{ type: "job", job: "fails" as JobId }] });
  await submit("waits");
  for (const id of ["array", "after"]) await is(id, "SUCCEEDED");
  for (const id of ["fails", "never"]) await is(id, "FAILED");
  await is("waits", "RUNNING");

  goAhead(7 * DAY - HOUR);
  t.equal(await loops.forgetEndedJobs(), 0);
  t.equal((await read("array:1")).attempts.length, 2);
  goAhead(HOUR);
  t.equal(await loops.forgetEndedJobs(), 4);
  t.match(await read("waits"), { status: "RUNNING" }, "what has not ended stays, however old");
  await jobs.requestStop(["waits" as JobId], { kind: "terminate", reason: "enough", at: 1 });
  await is("waits", "FAILED");
  goAhead(7 * DAY);
  t.equal(await loops.forgetEndedJobs(), 1);
  // Their tasks go by the fleet's own sweep.
  await taskStore(store).forgetStoppedBefore(Number.MAX_SAFE_INTEGER, 100);
  const names = ["array", "after", "fails", "never", "waits", "once"];
  const keys = await store.redis.keys("*");
  t.strictSame(
    keys.filter((key) => names.some((name) => key.includes(name))),
    [],
  );
  t.strictSame(
    keys.filter((key) => key.startsWith("berth:job-") && !key.startsWith("berth:job-queue")).sort(),
    ["berth:job-order", `berth:job-usage:${QUEUE}`],
    "but the order of jobs to come, and what a share has had",
  );
});

t.test("a job that waits starts as soon as there is room: nothing is swept here", async (t) => {
  t.test("when a host joins, also for one that was set aside", async (t) => {
    const { store, submit, is, waits, read } = await aBatchAtWork(t, {
      vcpus: 1,
      program: (job) => (job === "holds" ? "waits" : 0),
    });
    await submit("holds");
    await is("holds", "RUNNING");
    await submit("large", vcpus(4));
    await submit("waits");
    await waits("large", TOO_LARGE);
    await waits("waits", CAPACITY);
    await addHost(store, "h2", 4);
    for (const id of ["large", "waits"]) {
      await is(id, "SUCCEEDED");
      const [attempt] = (await read(id)).attempts;
      t.equal(attempt?.host, "h2");
      t.match((await taskStore(store).placement(attempt!.task))?.explanation, {
        chosen: "h2",
        among: { hosts: 2, withRoom: 1 },
      });
    }
    t.match(await read("holds"), { status: "RUNNING" });
  });

  t.test("when a task that is none of Batch's ends", async (t) => {
    const { store, submit, is, waits } = await aBatchAtWork(t, { vcpus: 1 });
    const tasks = taskStore(store);
    await place(tasks, aTask("other", { cpuUnits: 1024 }));
    await submit("waits");
    await waits("waits", CAPACITY);
    await tasks.observe(taskId("other"), 1, seen("STOPPED", { stoppedAt: 5 }), 5);
    await is("waits", "SUCCEEDED");
  });

  t.test("when its queue is enabled", async (t) => {
    const { loops, submit, is, waits } = await aBatchAtWork(t, { vcpus: 1, queue: { state: "DISABLED" } });
    await submit("waits");
    await waits("waits", "JOB_QUEUE:DISABLED");
    const [{ id, version, value }] = (await loops.deps.jobQueues.get([QUEUE])) as [Stored<JobQueueRecord>];
    await loops.deps.jobQueues.replace(id, version, { ...value, state: "ENABLED" });
    await is("waits", "SUCCEEDED");
  });
});

t.test("whoever asks for the end of a job that runs is heard at once, and so is its time", async (t) => {
  const { submit, is, jobs } = await aBatchAtWork(t, { vcpus: 2, program: () => "waits" });
  await submit("asked");
  await submit("timed", { timeoutSeconds: 1 });
  await is("asked", "RUNNING");
  await jobs.requestStop(["asked" as JobId], { kind: "terminate", reason: "enough", at: 1 });
  t.match(await is("asked", "FAILED"), { statusReason: "enough", attempts: [{ exitCode: 143 }] });
  t.match(await is("timed", "FAILED"), { statusReason: "Job attempt duration exceeded timeout" });
});

import t from "tap";
import { jobStore } from "../../src/adapters/redis/job-store.ts";
import type { JobId } from "../../src/batch/model/ids.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { aJob } from "../contract/batch-fixtures.ts";
import { aBerth } from "../support/berth.ts";
import { layOutBatch, startLoops } from "../support/job-loops.ts";
import { jobRunner } from "../support/job-runner.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { talliedJobs } from "../support/tallied-jobs.ts";
import { until } from "../support/until.ts";

t.setTimeout(600_000);
const server = await aRedis(t);
const berth = await aBerth(t, {
  config: `
hosts:
  - { id: host-1, cpu: 4096, memory: 512, zone: us-east-1a }
  - { id: host-2, cpu: 4096, memory: 512, zone: us-east-1b }
  - { id: host-3, cpu: 4096, memory: 512, zone: us-east-1c }
`,
});

/** Where a control plane may die: before and after every move of jobs, and how often it goes by unharmed first. */
const DEATHS = [
  "batch.before-claim=crash*1",
  "batch.claimed=crash",
  "batch.before-start=crash",
  "batch.started=crash",
  "batch.before-end=crash*1",
  "batch.ended=crash",
  "batch.before-release=crash*1",
  "batch.before-stop=crash",
  "batch.before-due=crash",
];

t.test("wherever a control plane dies in a move of jobs, the next one goes on: each attempt runs once", async (t) => {
  for (const failpoints of DEATHS) {
    const store = { ...(await aStore(t, server)), clock: systemClock };
    await layOutBatch(store, 3);
    const jobs = jobStore(store);
    const runner = await jobRunner(store, (job, attempt) => {
      if (job === "stopped") return "waits";
      return attempt === 1 && /retried|array:1$/.test(job) ? 1 : 0;
    });
    const twice = { retry: { attempts: 2, evaluateOnExit: [] } };
    await jobs.submit(aJob("array", { arraySize: 4, ...twice, timeoutSeconds: 3_600 }));
    await jobs.submit(aJob("retried", twice));
    await jobs.submit(aJob("stopped", twice));
    const after = { dependsOn: [{ type: "job" as const, job: "retried" as JobId }] };
    await jobs.submit(aJob("after", after));
    const dying = await startLoops(store, { owner: "dying", failpoints });
    const read = async (...ids: string[]) => jobs.get(ids as JobId[]);
    // Asked to stop once it is known to run, whoever is there by then: so every control plane that dies has met a start.
    const stopping = until(
      "the job that waits to run",
      () => read("stopped"),
      ([job]) => job?.status === "RUNNING",
    ).then(() => jobs.requestStop(["stopped" as JobId], { kind: "terminate", reason: "enough", at: 1 }));
    stopping.catch(() => {});
    let hasCrashed = false;
    void dying.crash.then(() => {
      hasCrashed = true;
    });
    await until(
      `a control plane to die of ${failpoints}`,
      async () => hasCrashed,
      (has) => has,
    );
    const next = await startLoops(store, { owner: "next" });
    await stopping;
    const ended = await until(
      `all jobs to end after ${failpoints}`,
      () => read("array", "retried", "stopped", "after"),
      (all) => all.every((job) => job?.status === "SUCCEEDED" || job?.status === "FAILED"),
    );
    t.strictSame(
      ended.map((job) => [job?.status, job?.attempts.length]),
      [
        ["SUCCEEDED", 0],
        ["SUCCEEDED", 2],
        ["FAILED", 1],
        ["SUCCEEDED", 1],
      ],
      failpoints,
    );
    t.strictSame(ended[0]?.summary, { SUCCEEDED: 4 });
    t.equal(ended[2]?.statusReason, "enough");
    const expected = [0, 1, 2, 3].map((index) => `array:${index}#1`);
    t.strictSame(
      [...runner.ran].sort(),
      [...expected, "array:1#2", "retried#1", "retried#2", "stopped#1", "after#1"].sort(),
      "each attempt ran once",
    );
    for (const one of [dying, next]) await one.quit();
    await runner.close();
  }
});

t.test(
  "kill -9 of the control plane and of Redis among 40 jobs: each ends once, no attempt is lost or doubled",
  async (t) => {
    const jobs = await talliedJobs(t, berth, { alone: 30, children: 10 });
    await jobs.ended(6);
    await berth.plane().kill();
    await berth.start();
    await jobs.ended(14);
    await berth.redis.kill();
    await berth.redis.start();
    await jobs.ranOnce(t);
  },
);

await leavesNothing(t, berth);

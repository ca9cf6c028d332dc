import { Batch, type JobDetail } from "@aws-sdk/client-batch";
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
import { until } from "../support/until.ts";

t.setTimeout(600_000);
const server = await aRedis(t);

/** Where a control plane may die: before and after every move of jobs, and how often it goes by unharmed first. */
const DEATHS = [
  "batch.before-claim=crash*1",
  "batch.claimed=crash",
  "batch.before-start=crash*1",
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
    // Asked to stop once it runs, whoever is there by then.
    const stopping = until(
      "the job that waits to run",
      () => read("stopped"),
      ([job]) => job?.status === "STARTING" || job?.status === "RUNNING",
    ).then(() => jobs.requestStop(["stopped" as JobId], { kind: "terminate", reason: "enough", at: 1 }));
    await dying.crash;
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

const berth = await aBerth(t, {
  config: `
hosts:
  - { id: host-1, cpu: 4096, memory: 512, zone: us-east-1a }
  - { id: host-2, cpu: 4096, memory: 512, zone: us-east-1b }
  - { id: host-3, cpu: 4096, memory: 512, zone: us-east-1c }
`,
});

t.test(
  "kill -9 of the control plane and of Redis among 40 jobs: each ends once, no attempt is lost or doubled",
  async (t) => {
    const { accessKeyId, secretAccessKey } = berth.keys;
    const credentials = { accessKeyId, secretAccessKey };
    const batch = new Batch({ endpoint: berth.url, region: "us-east-1", credentials, maxAttempts: 1 });
    t.teardown(() => batch.destroy());
    const resourceRequirements = [
      { type: "VCPU" as const, value: "1" },
      { type: "MEMORY" as const, value: "32" },
    ];
    const define = async (jobDefinitionName: string, script: string) =>
      batch.registerJobDefinition({
        jobDefinitionName,
        type: "container",
        retryStrategy: { attempts: 2 },
        containerProperties: { image: "berth/busybox", command: ["sh", "-c", script], resourceRequirements },
      });
    const SAYS = 'echo "attempt $AWS_BATCH_JOB_ATTEMPT";';
    await define("once", SAYS);
    await define("twice", `${SAYS} test $AWS_BATCH_JOB_ATTEMPT = 2`);
    const submit = async (jobDefinition: string, jobName: string, size?: number) =>
      (
        await batch.submitJob({
          jobName,
          jobQueue: "default",
          jobDefinition,
          ...(size !== undefined && { arrayProperties: { size } }),
        })
      ).jobId!;
    const ids: string[] = [];
    for (let i = 0; i < 30; i += 1) ids.push(await submit(i % 10 === 0 ? "twice" : "once", `job-${i}`));
    const array = await submit("once", "array", 10);

    const describe = async (some: readonly string[]): Promise<JobDetail[]> =>
      (await batch.describeJobs({ jobs: [...some] })).jobs ?? [];
    const hasEnded = ({ status }: JobDetail) => status === "SUCCEEDED" || status === "FAILED";
    const someEnded = (count: number) =>
      until(
        `${count} jobs to have ended`,
        () => describe(ids),
        (jobs) => jobs.filter(hasEnded).length >= count,
        { patienceMs: 300_000 },
      );
    await someEnded(6);
    await berth.plane().kill();
    await berth.start();
    await someEnded(14);
    await berth.redis.kill();
    await berth.redis.start();
    const ended = await until(
      "all jobs to end",
      () => describe([...ids, array]),
      (jobs) => jobs.length === 31 && jobs.every(hasEnded),
      { patienceMs: 300_000 },
    );
    t.strictSame([...new Set(ended.map(({ status }) => status))], ["SUCCEEDED"]);
    t.match(ended.at(-1)?.arrayProperties?.statusSummary, { SUCCEEDED: 10 });

    const children = await describe(Array.from({ length: 10 }, (_, index) => `${array}:${index}`));
    const linesOf = async (id: string): Promise<string[]> => {
      const answer = await fetch(`${berth.url}/api/batch/jobs/${encodeURIComponent(id)}/logs`, {
        headers: { authorization: `Bearer ${berth.keys.apiToken}` },
      });
      return (await answer.text())
        .split("\n")
        .flatMap((line) => (line ? (JSON.parse(line) as { text: string }).text : []));
    };
    const once = [...ended.slice(0, 30), ...children];
    t.strictSame(
      await Promise.all(once.map(({ jobId }) => linesOf(jobId!))),
      once.map(({ jobDefinition }) => (jobDefinition?.includes("twice") ? ["attempt 1", "attempt 2"] : ["attempt 1"])),
      "each attempt ran once, and its output is kept",
    );
    t.strictSame(
      once.map(({ attempts }) => attempts?.map(({ container }) => container?.exitCode)),
      once.map(({ jobDefinition }) => (jobDefinition?.includes("twice") ? [1, 0] : [0])),
      "and is on record once",
    );
  },
);

await leavesNothing(t, berth);

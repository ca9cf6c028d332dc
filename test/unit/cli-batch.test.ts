import type { JobDetail, JobStatus } from "@aws-sdk/client-batch";
import fc from "fast-check";
import t from "tap";
import type { JobLogAnswer, JobWhyAnswer } from "../../src/cli/answers.ts";
import type { Api } from "../../src/cli/api.ts";
import type { Batch } from "../../src/cli/batch.ts";
import { cancelJobs } from "../../src/cli/commands/cancel.ts";
import { addCron, listCrons, removeCron } from "../../src/cli/commands/cron.ts";
import { showJob } from "../../src/cli/commands/job.ts";
import { jobsText } from "../../src/cli/commands/jobs.ts";
import { printLogs } from "../../src/cli/commands/logs.ts";
import { queuesText } from "../../src/cli/commands/queues.ts";
import { type SubmitOptions, submitJob, tellSubmitted } from "../../src/cli/commands/submit.ts";
import { findReasons } from "../../src/cli/commands/why.ts";
import type { Ecs } from "../../src/cli/ecs.ts";
import { findJob, findNewestJob } from "../../src/cli/find-jobs.ts";
import { JOB_STATUSES } from "../../src/cli/job-statuses.ts";
import { parseJobs } from "../../src/cli/jobs-file/parse.ts";
import { submitGraph } from "../../src/cli/submit/graph.ts";
import { exitRule } from "../../src/cli/submit/options.ts";
import { exitCodeOfAll } from "../../src/cli/submit/wait.ts";
import { countStatuses, progressLine, statusBar, throughput } from "../../src/cli/views/job-progress.ts";
import { jobWhyText } from "../../src/cli/views/job-why.ts";
import { lasted, shortJobId } from "../../src/cli/views/words.ts";
import { aBatch } from "../support/batch-stub.ts";
import { anApi, anOut } from "../support/cli.ts";

const NOW = Date.parse("2026-01-01T00:10:00Z");
const ID = "3f2a91c0-0000-4000-8000-000000000001";
const OTHER_ID = "3f2b0000-0000-4000-8000-000000000002";
const TASK = "77aa12de".padEnd(32, "0");
const ARN = "arn:aws:batch:us-east-1:000000000000";

const aJob = (more: Partial<JobDetail> = {}): JobDetail => ({
  jobId: ID,
  jobName: "nightly",
  jobQueue: `${ARN}:job-queue/default`,
  jobDefinition: `${ARN}:job-definition/nightly:3`,
  status: "SUCCEEDED",
  createdAt: NOW - 60_000,
  startedAt: NOW - 30_000,
  stoppedAt: NOW - 10_000,
  attempts: [{ startedAt: NOW - 30_000, stoppedAt: NOW - 10_000, container: { exitCode: 0 } }],
  container: { exitCode: 0 },
  ...more,
});

const aWhy = (more: Partial<JobWhyAnswer> = {}): JobWhyAnswer => ({
  jobId: ID,
  jobName: "nightly",
  jobQueue: "default",
  status: "RUNNABLE",
  createdAt: NOW - 60_000,
  dependencies: [],
  attempts: [],
  ...more,
});

const line = (text: string, attempt = 1, at = text): JobLogAnswer => ({ attempt, stream: "stdout", at, text });
const signal = new AbortController().signal;
const logsPath = (id = ID) => `/batch/jobs/${encodeURIComponent(id)}/logs`;

/** An /api whose jobs wrote these lines. */
const anApiWithLogs = (
  linesById: Record<string, readonly JobLogAnswer[]>,
  answers: Record<string, unknown> = {},
): Api => ({
  ...anApi(answers).api,
  async *lines<Line>(path: string) {
    const [asked = "", query] = path.split("?");
    const attempt = new URLSearchParams(query).get("attempt");
    const id = Object.keys(linesById).find((one) => logsPath(one) === asked);
    const told = linesById[id ?? ""] ?? [];
    yield* told.filter((one) => attempt === null || String(one.attempt) === attempt) as Line[];
  },
});

/** A Batch that takes submissions, and remembers them with their keys. */
const aTakingBatch = (jobs: readonly JobDetail[] = [], more: Partial<Batch> = {}) => {
  const submitted: Record<string, unknown>[] = [];
  const registered: unknown[] = [];
  const batch = aBatch(jobs, {
    async submitJob(input, key) {
      submitted.push({ ...input, key });
      return { $metadata: {}, jobId: `id-of-${input.jobName}`, jobName: input.jobName, jobArn: "arn" };
    },
    describeJobDefinitions: async () => ({
      $metadata: {},
      jobDefinitions: registered.map((one, at) => ({
        ...(one as object),
        revision: at + 1,
        status: "ACTIVE",
      })) as never,
    }),
    async registerJobDefinition(input) {
      registered.push(input);
      return { $metadata: {}, jobDefinitionName: input.jobDefinitionName, revision: registered.length } as never;
    },
    ...more,
  });
  return { batch, submitted, registered };
};

t.test("submit makes a definition of the image, once, and asks for a job with all that was said", async (t) => {
  const { batch, submitted, registered } = aTakingBatch([aJob()]);
  const options: SubmitOptions = {
    image: "berth/busybox",
    vcpus: 2,
    env: [["A", "b"]],
    array: 5,
    retries: 2,
    onExit: [exitRule("retry:exitcode=75")],
    timeout: 90,
    share: "blue",
    priority: 7,
    dependsOn: ["nightly", "3f2a:4", "SEQUENTIAL", "nightly:N_TO_N"],
    once: "k",
  };
  t.match(await submitJob({ batch }, "load", ["echo", "hi"], options), { jobId: "id-of-load" });
  await submitJob({ batch }, "load", ["echo", "hi"], { ...options, array: 6 });
  await submitJob({ batch }, "load", ["echo", "ho"], options);
  t.equal(registered.length, 2, "equal words make one definition");
  t.match(registered[0], {
    jobDefinitionName: "load",
    containerProperties: {
      image: "berth/busybox",
      command: ["echo", "hi"],
      environment: [{ name: "A", value: "b" }],
      resourceRequirements: [
        { type: "VCPU", value: "2" },
        { type: "MEMORY", value: "256" },
      ],
    },
  });
  t.match(submitted[0], {
    key: "k",
    jobName: "load",
    jobQueue: "default",
    jobDefinition: "load:1",
    arrayProperties: { size: 5 },
    retryStrategy: { attempts: 3, evaluateOnExit: [{ action: "RETRY", onExitCode: "75" }] },
    timeout: { attemptDurationSeconds: 90 },
    shareIdentifier: "blue",
    schedulingPriorityOverride: 7,
    dependsOn: [{ jobId: ID }, { jobId: `${ID}:4` }, { type: "SEQUENTIAL" }, { jobId: ID, type: "N_TO_N" }],
  });
  t.notOk(submitted[0]?.containerOverrides, "what stands in the definition is not said twice");
});

t.test("submit overrides what a registered definition says", async (t) => {
  const { batch, submitted } = aTakingBatch();
  await submitJob({ batch }, "load", ["x"], {
    definition: "load:4",
    memory: 64,
    env: [["A", "b"]],
    parameter: [["p", "q"]],
  });
  t.match(submitted, [
    {
      jobDefinition: "load:4",
      parameters: { p: "q" },
      containerOverrides: {
        command: ["x"],
        environment: [{ name: "A", value: "b" }],
        resourceRequirements: [{ type: "MEMORY", value: "64" }],
      },
      key: /^[0-9a-f-]{36}$/,
    },
  ]);
  await t.rejects(submitJob({ batch }, "load", [], {}), {
    message: "give --image IMAGE or --definition NAME[:REVISION]",
  });
  await t.rejects(submitJob({ batch }, "load", [], { image: "x", onExit: [exitRule("exit:reason=*")] }), {
    message: /give --retries too/,
  });
});

t.test("what to try again is said in one word", async (t) => {
  t.same(exitRule("retry:exitcode=75"), { action: "RETRY", onExitCode: "75" });
  t.same(exitRule("EXIT:reason=a,b*,statusreason=Host EC2*"), {
    action: "EXIT",
    onReason: "a,b*",
    onStatusReason: "Host EC2*",
  });
  for (const wrong of ["", "retry", "retry:", "again:exitcode=1", "retry:code=1", "retry:exitcode="])
    t.throws(() => exitRule(wrong), wrong);
});

t.test("a job is found by id, its beginning, a child's index, or name", async (t) => {
  const older = aJob({ jobId: OTHER_ID, createdAt: 1 });
  const batch = aBatch([aJob(), older, aJob({ jobId: "abc00000-0000-4000-8000-000000000003", jobName: "other" })]);
  t.equal(await findJob(batch, ID), ID);
  t.equal(await findJob(batch, `${ARN}:job/${ID}`), ID);
  t.equal(await findJob(batch, "3f2a"), ID);
  t.equal(await findJob(batch, "3f2a91c0-00:17"), `${ID}:17`);
  t.equal(await findJob(batch, "other"), "abc00000-0000-4000-8000-000000000003");
  await t.rejects(findJob(batch, "3f2"), { message: "3f2 means 2 jobs: 3f2a91c0, 3f2b0000" });
  await t.rejects(findJob(batch, "nightly"), { message: "nightly means 2 jobs: 3f2a91c0, 3f2b0000" });
  t.equal(await findNewestJob(batch, "nightly"), ID, "who only looks gets the newest");
  await t.rejects(findNewestJob(batch, "3f2"), { message: /2 jobs/ }, "but never one of several ids");
  await t.rejects(findJob(batch, "ff"), { message: "there is no job ff: no name is so, and no id begins so" });
});

/** What `submit --wait` says of a job that goes through these. */
const waited = async (
  histories: Readonly<Record<string, readonly JobDetail[]>>,
  { api = anApi({}).api, options = {}, isGraph = false, children = [] as readonly JobDetail[] } = {},
) => {
  const asked = new Map<string, number>();
  const batch = aBatch(children, {
    async describeJobs({ jobs: ids = [] }) {
      const jobs = ids.flatMap((id) => {
        const at = asked.get(id) ?? 0;
        asked.set(id, at + 1);
        return histories[id]?.[Math.min(at, histories[id].length - 1)] ?? [];
      });
      return { $metadata: {}, jobs };
    },
  });
  const { said, out } = anOut();
  const submitted = Object.keys(histories).map((jobId) => ({ jobId, jobName: "nightly", jobArn: "" }));
  const code = await tellSubmitted({ batch, api, out, signal }, submitted, isGraph, { wait: true, ...options });
  return { code, ...said };
};

t.test(
  "waiting for a job shows what it waits for and what each attempt wrote, and ends with its exit code",
  async (t) => {
    const failed = { stoppedAt: 1, container: { exitCode: 75 } };
    const runnable = aJob({ status: "RUNNABLE", statusReason: "no room: 0 of 1 vCPU are free", attempts: [] });
    const history = [
      runnable,
      runnable,
      aJob({ status: "RUNNING", attempts: [] }),
      aJob({ status: "RUNNABLE", attempts: [failed] }),
      aJob({ attempts: [failed, { stoppedAt: 2, container: { exitCode: 0 } }] }),
    ];
    const api = anApiWithLogs({ [ID]: [line("oh no", 1), line("all well", 2)] });
    const { code, stdout, stderr, progress } = await waited({ [ID]: history }, { api });
    t.equal(code, 0);
    t.equal(stdout, "oh no\nall well\n");
    t.equal(stderr, "attempt 2:\nnightly (3f2a91c0) succeeded at attempt 2\n");
    t.match(progress[0], /^nightly \(3f2a91c0\) runnable for .*: no room: 0 of 1 vCPU are free$/);
  },
);

t.test("an attempt under way that has told nothing yet is listened to again", async (t) => {
  const running = aJob({ status: "RUNNING", attempts: [] });
  let asked = 0;
  const api: Api = {
    ...anApi({}).api,
    async *lines<Line>() {
      asked += 1;
      if (asked > 1) yield line("late") as Line;
    },
  };
  t.match(await waited({ [ID]: [running, running, running, aJob()] }, { api }), { code: 0, stdout: "late\n" });
});

t.test("a job that failed is told with its reason, and its exit code is the command's", async (t) => {
  const more = { statusReason: "Essential container in task exited", attempts: [{}, {}] };
  const failed = aJob({ status: "FAILED", container: { exitCode: 3, reason: "OutOfMemoryError: …" }, ...more });
  t.match(await waited({ [ID]: [failed] }), {
    code: 3,
    stderr: "nightly (3f2a91c0) failed with 3: Essential container in task exited; OutOfMemoryError: … (2 attempts)\n",
  });
  const never = aJob({ status: "FAILED", statusReason: "Dependent Job failed", attempts: [], container: {} });
  t.match(await waited({ [ID]: [never] }), { code: 1, stderr: /failed: Dependent Job failed/ });
  const timedOut = aJob({ status: "FAILED", container: { exitCode: 0 } });
  t.match(await waited({ [ID]: [timedOut] }), { code: 1 }, "a failure never ends with 0");
});

t.test(
  "waiting for an array shows a bar, tells each failed child once with its last lines, and ends with 1",
  async (t) => {
    const array = (summary: Record<string, number>, status: JobStatus = "PENDING") =>
      aJob({ status, arrayProperties: { size: 4, statusSummary: summary } });
    const child = aJob({
      jobId: `${ID}:2`,
      status: "FAILED",
      container: { exitCode: 9 },
      arrayProperties: { index: 2 },
      statusReason: "Essential container in task exited",
    });
    const history = [
      array({ RUNNABLE: 4 }),
      array({ RUNNING: 2, RUNNABLE: 2 }),
      array({ FAILED: 1, SUCCEEDED: 1, RUNNING: 2 }),
      array({ FAILED: 1, SUCCEEDED: 3 }, "FAILED"),
    ];
    const api = anApiWithLogs({ [`${ID}:2`]: [line("first try", 1), line("one", 2), line("two", 2)] });
    const { code, stdout, stderr, progress } = await waited({ [ID]: history }, { api, children: [child] });
    t.equal(code, 1);
    t.equal(stdout, "");
    t.equal(
      stderr,
      "nightly (3f2a91c0:2) failed with 9: Essential container in task exited\n    | one\n    | two\n4 of 4 ended, 1 failed\n",
    );
    t.match(progress[0], /^\[▓{10}░{10}\] 0\/4 · 2 running, 2 runnable$/);
    t.match(progress[1], / 2\/4 · .*1 failed, 2 running$/);
  },
);

t.test("of many failures the first ten are told, the others counted", async (t) => {
  const children = Array.from({ length: 14 }, (_, index) =>
    aJob({ jobId: `${ID}:${index}`, status: "FAILED", arrayProperties: { index }, container: { exitCode: 1 } }),
  );
  const array = aJob({ status: "FAILED", arrayProperties: { size: 14, statusSummary: { FAILED: 14 } } });
  const { code, stderr } = await waited({ [ID]: [array] }, { children });
  t.equal(code, 1);
  t.equal(stderr.match(/failed with 1/g)?.length, 10);
  t.match(stderr, "\nand 4 more; see them with: berth jobs --status FAILED\n14 of 14 ended, 14 failed\n");
});

t.test("waiting for a graph ends with 0 only if all succeeded, and --json prints every job", async (t) => {
  const jobs = (status: JobStatus) => ({
    [ID]: [aJob()],
    [OTHER_ID]: [aJob({ jobId: OTHER_ID, status: "PENDING" }), aJob({ jobId: OTHER_ID, status })],
  });
  t.match(await waited(jobs("SUCCEEDED"), { isGraph: true }), { code: 0, stderr: "2 of 2 ended\n" });
  const json = await waited(jobs("FAILED"), { isGraph: true, options: { json: true } });
  t.equal(json.code, 1);
  t.match(JSON.parse(json.stdout), [{ jobId: ID }, { jobId: OTHER_ID, status: "FAILED" }]);
  t.equal(exitCodeOfAll([aJob({ status: "FAILED", container: { exitCode: 3 } })]), 3);
});

t.test("Ctrl-C while waiting leaves the job alone and says how to go on", async (t) => {
  const interruption = new AbortController();
  const batch = aBatch([aJob({ status: "RUNNING", attempts: [] })]);
  const api: Api = {
    ...anApi({}).api,
    async *lines<Line>() {
      yield line("up") as Line;
      interruption.abort();
    },
  };
  const deps = { batch, api, out: anOut().out, signal: interruption.signal };
  await t.rejects(tellSubmitted(deps, [{ jobId: ID, jobName: "n", jobArn: "" }], false, { wait: true }), {
    message: "detached; 3f2a91c0 goes on",
    hint: "look: berth job 3f2a91c0, end: berth cancel --terminate 3f2a91c0",
    exitCode: 130,
  });
});

t.test("a bar is as long as it should be, and shows every status that is there", async (t) => {
  const counts = fc.array(fc.nat(20_000), { minLength: 7, maxLength: 7 });
  const property = fc.property(counts, fc.integer({ min: 7, max: 60 }), (numbers, width) => {
    const byStatus = Object.fromEntries(JOB_STATUSES.map((status, at) => [status, numbers[at]])) as never;
    const bar = [...statusBar(byStatus, width)].slice(1, -1);
    // SUBMITTED and PENDING look alike.
    const [submitted = 0, pending = 0, ...others] = numbers;
    const present = [submitted + pending, ...others].filter((number) => number > 0).length;
    return new Set(bar).size === present && (present === 0 || bar.length === width);
  });
  t.doesNotThrow(() => fc.assert(property));
});

t.test("throughput is that between the samples, and what is left follows from it", async (t) => {
  const samples = [
    { at: 0, ended: 0 },
    { at: 10_000, ended: 20 },
  ];
  t.equal(throughput(samples), 2);
  t.equal(throughput(samples.slice(1)), undefined);
  const array = aJob({
    arrayProperties: { size: 50, statusSummary: { SUCCEEDED: 20, RUNNING: 3 } },
    status: "PENDING",
  });
  const counts = countStatuses([array]);
  t.match(counts, { SUCCEEDED: 20, RUNNING: 3, PENDING: 27 }, "children without a count are pending");
  t.match(progressLine(counts, samples), / 20\/50 · 2\.0\/s · about 15s left · 3 running, 27 pending$/);
  t.notMatch(progressLine(counts, []), /left/);
});

const GRAPH = `
image: berth/busybox
env: { STAGE: test, N: 1 }
jobs:
  load:
    dependsOn: [{ job: shards, type: N_TO_N }, "shards:2", extract]
    array: 3
    command: [echo, 1]
  extract: { retries: 1, onExit: [{ action: RETRY, onExitCode: 75 }] }
  shards: { definition: shard, array: 3, dependsOn: [extract], sequential: true, env: { STAGE: other } }
`;

t.test("a file's jobs are submitted each after what it needs, under keys of their own", async (t) => {
  const { batch, submitted, registered } = aTakingBatch([], {
    describeJobDefinitions: async ({ jobDefinitions }) => ({
      $metadata: {},
      jobDefinitions: jobDefinitions ? [{ status: "ACTIVE" } as never] : [],
    }),
  });
  const jobs = parseJobs(GRAPH, "jobs.yaml");
  t.match(await submitGraph({ batch, signal }, jobs, "run"), [
    { jobName: "extract" },
    { jobName: "shards" },
    { jobName: "load" },
  ]);
  t.match(submitted, [
    { key: "run/extract", retryStrategy: { attempts: 2, evaluateOnExit: [{ action: "RETRY", onExitCode: "75" }] } },
    {
      key: "run/shards",
      jobDefinition: "shard",
      dependsOn: [{ type: "SEQUENTIAL" }, { jobId: "id-of-extract" }],
      containerOverrides: {
        environment: [
          { name: "STAGE", value: "other" },
          { name: "N", value: "1" },
        ],
      },
    },
    {
      key: "run/load",
      arrayProperties: { size: 3 },
      dependsOn: [{ jobId: "id-of-shards", type: "N_TO_N" }, { jobId: "id-of-shards:2" }, { jobId: "id-of-extract" }],
    },
  ]);
  t.match(registered.length, 2, "of those that name an image");
  t.match(
    registered.find((one) => (one as { jobDefinitionName: string }).jobDefinitionName === "load"),
    { containerProperties: { command: ["echo", "1"] } },
  );
});

/** An error as AWS's client throws it for an answer. */
const refusal = (message: string): Error => Object.assign(new Error(message), { $metadata: { httpStatusCode: 400 } });

t.test(
  "a control plane that goes away while a file is submitted is waited for, and asked under the same key",
  async (t) => {
    const keys: string[] = [];
    const { batch } = aTakingBatch([], {
      async submitJob({ jobName }, key) {
        keys.push(key);
        if (keys.length === 1) throw Object.assign(new Error("gone"), { code: "ECONNRESET" });
        return { $metadata: {}, jobId: "1", jobName, jobArn: "" };
      },
    });
    const submitted = await submitGraph({ batch, signal }, parseJobs("{ image: x, jobs: { a: {} } }", "f"), "k");
    t.match(submitted, [{ jobName: "a" }]);
    t.same(keys, ["k/a", "k/a"]);
  },
);

t.test("a file that was submitted in part says how to submit the rest", async (t) => {
  const taking = aTakingBatch([], {
    async submitJob({ jobName }) {
      if (jobName === "b") throw refusal("JobQueue x is not in ENABLED state.");
      return { $metadata: {}, jobId: "1", jobName, jobArn: "" };
    },
  });
  const jobs = parseJobs("{ image: x, jobs: { a: {}, b: { dependsOn: [a] } } }", "f");
  await t.rejects(submitGraph({ batch: taking.batch, signal }, jobs, "k-1"), {
    message: "1 of 2 jobs are submitted; the next is not: JobQueue x is not in ENABLED state",
    hint: "the rest, and nothing twice: the same command with --once k-1",
  });
  const used = "The Idempotency-Key of this request was used before with other parameters.";
  const conflicting = aTakingBatch([], { submitJob: async () => Promise.reject(refusal(used)) });
  await t.rejects(submitGraph({ batch: conflicting.batch, signal }, jobs, "k-1"), {
    message: `a: ${used}`,
    hint: undefined,
  });
});

t.test("queues and definitions that do not exist are told before anything is submitted", async (t) => {
  const batch = aBatch([], { describeJobDefinitions: async () => ({ $metadata: {}, jobDefinitions: [] }) });
  const submit = (text: string) => submitGraph({ batch, signal }, parseJobs(text, "f"), "k");
  await t.rejects(submit("{ image: x, jobs: { a: { queue: slow }, b: { queue: fast } } }"), {
    message: "there is no queue slow and fast",
  });
  await t.rejects(submit("jobs: { a: { definition: gone:2 } }"), {
    message: "there is no active job definition gone:2",
  });
});

t.test("what is wrong with a file is told with line and member, all at once", async (t) => {
  const wrong = (text: string): string => {
    try {
      parseJobs(text, "jobs.yaml");
      return "nothing";
    } catch (error) {
      return (error as Error).message;
    }
  };
  t.equal(
    wrong("image: x\njobs:\n  a:\n    arry: 3\n    retries: many\n  b: { dependsOn: [[a]] }\n"),
    [
      "jobs.yaml:4:5 jobs.a.arry: is not a member of jobs.a; known here are image, definition, vcpus, memory, env, retries, onExit, timeout, queue, share, priority, command, parameters, array, sequential, dependsOn",
      'jobs.yaml:5:14 jobs.a.retries: is "many", and must be how often a failed attempt is repeated, 0 to 9',
      'jobs.yaml:6:20 jobs.b.dependsOn[0]: is ["a"], and must be a job of this file, its child JOB:INDEX, or {job: JOB, type: N_TO_N}',
    ].join("\n       "),
  );
  const says: Record<string, string | RegExp> = {
    "": "jobs.yaml:1:1: jobs is missing",
    "image: x\njobs: {}": /jobs.yaml:2:7 jobs: is \{\}, and must be at least one NAME: JOB/,
    "jobs:\n  a: {}": "jobs.yaml:2:3 jobs.a: image or definition is missing",
    "jobs:\n  a: { image: x, definition: y }": /has an image and a definition/,
    "image: x\njobs:\n  a: { dependsOn: [b] }": "jobs.yaml:3:20 jobs.a.dependsOn[0]: there is no job b in this file",
    'image: x\njobs:\n  a: {}\n  b: { dependsOn: ["a:1"] }': /a is no array, so it has no child 1/,
    'image: x\njobs:\n  a: { array: 2 }\n  b: { dependsOn: ["a:2"] }': /a has children 0 to 1/,
    "image: x\njobs:\n  a: { array: 2 }\n  b: { array: 3, dependsOn: [{ job: a, type: N_TO_N }] }":
      /N_TO_N is between arrays of one size: b has 3, a has 2/,
    "image: x\njobs:\n  a: { onExit: [{ action: RETRY, onExitCode: 7 }] }": /retries is missing/,
    "image: x\njobs:\n  a: { sequential: true }": /only an array can be sequential/,
    "image: x\njobs:\n  -a: {}": /jobs.-a: must be a name/,
    "image: x\njobs:\n  a: {}\n  a: {}": /jobs.yaml:4:3/,
    "image: x\njobs:\n  constructor: { dependsOn: [toString] }": /there is no job toString/,
    "image: x\njobs:\n  a: { dependsOn: [c] }\n  b: { dependsOn: [a] }\n  c: { dependsOn: [b] }\n  d: { dependsOn: [a] }":
      "jobs.yaml:3:19 jobs.a.dependsOn: a cycle: a needs c needs b needs a; none of them could ever begin",
    "image: x\njobs:\n  a: { dependsOn: [a] }": /a cycle: a needs a/,
  };
  for (const [text, said] of Object.entries(says)) t.match(wrong(text), said, text);
});

t.test("any graph without a cycle is put in order, any with one is refused", async (t) => {
  const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 25 });
  const fileOf = (needs: readonly (readonly [number, number])[]): string =>
    JSON.stringify({
      image: "x",
      jobs: Object.fromEntries(
        Array.from({ length: 12 }, (_, at) => [
          `j${at}`,
          { dependsOn: [...new Set(needs.filter(([who]) => who === at).map(([, what]) => `j${what}`))] },
        ]),
      ),
    });
  const order = async (text: string): Promise<string[]> => {
    const { batch } = aTakingBatch();
    return (await submitGraph({ batch, signal }, parseJobs(text, "f"), "k")).map(({ jobName = "" }) => jobName);
  };
  const property = fc.asyncProperty(edges, async (pairs) => {
    // Who only needs smaller ones is in no cycle.
    const downward = pairs.filter(([who, what]) => what < who);
    const names = await order(fileOf(downward));
    const isAfter = downward.every(([who, what]) => names.indexOf(`j${what}`) < names.indexOf(`j${who}`));
    const [first] = downward;
    const cyclic = first && fileOf([...downward, [first[1], first[0]]]);
    const refused = cyclic ? await order(cyclic).catch((error: Error) => error.message) : "a cycle";
    return names.length === 12 && isAfter && /a cycle/.test(String(refused));
  });
  await t.resolves(fc.assert(property, { numRuns: 60 }));
});

t.test("jobs are listed newest first, by status, name, queue or array, and no more than asked for", async (t) => {
  const jobs = [
    aJob({ createdAt: Date.now() - 60_000, startedAt: 1000, stoppedAt: 21_000 }),
    aJob({ jobId: OTHER_ID, jobName: "night-2", status: "RUNNABLE", createdAt: Date.now(), statusReason: "no room" }),
    aJob({ jobId: `${ID}:0`, status: "FAILED", arrayProperties: { index: 0 } }),
    aJob({ jobId: `${ID}:1`, arrayProperties: { index: 1 } }),
  ].map((job) => (job.status === "RUNNABLE" ? { ...job, container: {}, startedAt: 0 } : job));
  const batch = aBatch(jobs);
  const rows = async (options: Parameters<typeof jobsText>[1]) =>
    (await jobsText(batch, options)).split("\n").map((row) => row.replaceAll(/ +/g, " "));
  t.same(await rows({ limit: 50 }), [
    "JOB NAME STATUS ARRAY SUBMITTED RAN EXIT REASON",
    "3f2b0000 night-2 RUNNABLE - 0s - - no room",
    "3f2a91c0 nightly SUCCEEDED - 60s 20s 0 -",
  ]);
  t.equal((await rows({ limit: 1 })).at(-1), "… and older ones: berth jobs --limit");
  t.match((await rows({ limit: 50, status: "RUNNABLE" })).slice(1), [/^3f2b0000/]);
  t.match((await rows({ limit: 50, name: "night*" })).length, 3);
  t.match((await rows({ limit: 50, name: "night*", status: "SUCCEEDED" })).slice(1), [/^3f2a91c0/]);
  t.match((await rows({ limit: 50, array: "nightly" })).slice(1), [/^3f2a91c0:0 .*FAILED/, /^3f2a91c0:1 .*SUCCEEDED/]);
  t.match((await rows({ limit: 50, array: ID, status: "FAILED" })).length, 2);
  t.match(JSON.parse(await jobsText(batch, { limit: 1, json: true })), [{ jobId: OTHER_ID, queue: "default" }]);
  t.match(await rows({ limit: 50, status: "STARTING" }), [/^No such jobs/]);
});

t.test("a job is told with its times, its attempts and their hosts, and what it waits for", async (t) => {
  const attempts = [
    { attempt: 1, taskId: TASK, host: "local-2", startedAt: NOW - 30_000, stoppedAt: NOW - 10_000, exitCode: 75 },
  ];
  const waiting = { code: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", text: "needs 1 vCPU, 0 free", since: Date.now() };
  const api = anApi({ [`/batch/jobs/${ID}/placement`]: aWhy({ attempts, waiting, position: 4 }) }).api;
  const { said, out } = anOut();
  const runnable = aJob({
    status: "RUNNABLE",
    attempts: [{ startedAt: NOW - 30_000, stoppedAt: NOW - 10_000, container: { exitCode: 75, taskArn: `x/${TASK}` } }],
    retryStrategy: { attempts: 3 },
  });
  await showJob({ batch: aBatch([runnable]), api, out }, "3f2a", {});
  t.match(said.stdout, /^Job nightly \(3f2a91c0\) in queue default: RUNNABLE\n/);
  t.match(said.stdout, "up to 3 attempts");
  t.match(
    said.stdout,
    /\nCAPACITY:INSUFFICIENT_INSTANCE_CAPACITY: needs 1 vCPU, 0 free\nIt began to wait for this .*s ago\. It is number 4/,
  );
  t.match(said.stdout, /submitted {2}2026-01-01 00:09:00Z/);
  t.match(said.stdout, /1 +local-2 {2}77aa12de {2}2026-01-01 00:09:30Z {2}20s +75/);
});

t.test("why a job waits: dependencies, room, its turn; and where its attempts ran", async (t) => {
  const pending = aWhy({
    status: "PENDING",
    dependencies: [
      { jobId: ID, type: "job", status: "SUCCEEDED" },
      { jobId: `${OTHER_ID}:3`, type: "job", status: "RUNNING" },
      { jobId: OTHER_ID, type: "N_TO_N" },
      { type: "SEQUENTIAL" },
    ],
  });
  t.equal(
    jobWhyText(pending, NOW),
    "Job nightly (3f2a91c0) in queue default is PENDING.\nIt has waited 1m 0s for 3f2b0000:3 (RUNNING), 3f2b0000 (gone, child by child) and the child before it.",
  );
  t.match(jobWhyText(aWhy({ position: 1 }), NOW), /It waits for its turn; no reason is known yet\.$/);
  const aside = { code: "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", text: "needs 8 vCPU", since: NOW - 2000 };
  t.match(jobWhyText(aWhy({ waiting: aside }), NOW), /: needs 8 vCPU\nIt was set aside 2\.0s ago\.$/);
  const ended = aWhy({
    status: "FAILED",
    statusReason: "Job attempt duration exceeded timeout",
    attempts: [{ attempt: 1, taskId: TASK, host: "local-1", stoppedAt: NOW - 5000, exitCode: 137, reason: "x" }],
  });
  t.equal(
    jobWhyText(ended, NOW),
    "Job nightly (3f2a91c0) in queue default is FAILED.\nJob attempt duration exceeded timeout\nAttempt 1, task 77aa12de on local-1, ended 5s ago with 137: x.",
  );
});

t.test("berth why takes a job's name or id, and of an array tells of the first child that waits", async (t) => {
  const child = `${ID}:7`;
  const array = aJob({ status: "PENDING", arrayProperties: { size: 9, statusSummary: {} } });
  const batch = async () => aBatch([array, aJob({ jobId: child, status: "RUNNABLE", arrayProperties: { index: 7 } })]);
  const ecs = async (): Promise<Ecs> => ({ listClusters: async () => ({ $metadata: {}, clusterArns: [] }) }) as never;
  const { api } = anApi({
    "/placements/refusals?request=nightly": [],
    "/placements/refusals?request=nothing": [],
    [`/batch/jobs/${ID}/placement`]: aWhy({ status: "PENDING" }),
    [`/batch/jobs/${encodeURIComponent(child)}/placement`]: aWhy({ jobId: child }),
  });
  for (const text of ["nightly", "3f2a"])
    t.match(
      await findReasons({ api, ecs, batch }, text),
      { job: { jobId: ID }, array: { counts: { PENDING: 9 }, child: { jobId: child } } },
      text,
    );
  await t.rejects(findReasons({ api, ecs, batch }, "nothing"), { message: /no job has that name or id/ });
});

t.test("logs takes a job by name, and of a word that begins a task's and a job's id asks for more", async (t) => {
  const { said, out } = anOut();
  const ecs = async (): Promise<Ecs> =>
    ({
      listClusters: async () => ({ $metadata: {}, clusterArns: ["c/default"] }),
      listTasks: async () => ({ $metadata: {}, taskArns: [`t/default/${"3f2a".padEnd(32, "1")}`] }),
    }) as never;
  const session = {
    api: () => anApiWithLogs({ [ID]: [line("one"), line("two", 2)] }),
    ecs,
    batch: async () => aBatch([aJob()]),
    out,
    interrupted: signal,
  };
  await printLogs(session, "nightly", {});
  await printLogs(session, ID, { attempt: 2, timestamps: true });
  t.equal(said.stdout, "one\ntwo\ntwo two\n");
  const waiting = aJob({ jobId: OTHER_ID, jobName: "later", status: "RUNNABLE" });
  await printLogs({ ...session, batch: async () => aBatch([waiting]) }, "later", { follow: true });
  t.equal(said.stderr, "later (3f2b0000) is RUNNABLE and has written nothing yet; see: berth why 3f2b0000\n");
  await t.rejects(printLogs(session, "3f2a", {}), {
    message: /^3f2a is the beginning of several ids: task 3f2a1111, .*job 3f2a91c0/,
  });
  await t.rejects(printLogs(session, "nightly", { container: "x" }), { message: /a job has one container/ });
});

t.test("queues are listed by priority, with their jobs by status and what the first in line waits for", async (t) => {
  const counts = { SUBMITTED: 0, PENDING: 2, RUNNABLE: 5, STARTING: 1, RUNNING: 3, SUCCEEDED: 9, FAILED: 4 };
  const front = aJob({ status: "RUNNABLE", statusReason: "needs 1 vCPU, 0 free" });
  const batch = aBatch([front], {
    getJobQueueSnapshot: async () => ({
      $metadata: {},
      frontOfQueue: { jobs: [{ jobArn: `${ARN}:job/${ID}` }] },
    }),
  });
  const deps = { batch, api: anApi({ "/batch/job-queues/default/counts": counts }).api };
  const [, row = ""] = (await queuesText(deps, {})).split("\n");
  t.equal(row.replaceAll(/ +/g, " "), "default ENABLED 1 - 2 5 4 9 4 nightly (3f2a91c0): needs 1 vCPU, 0 free");
  t.match(JSON.parse(await queuesText(deps, { json: true })), [{ counts, first: { jobId: ID } }]);
});

t.test("cancel finds every job before it ends any, and refuses what Batch would ignore", async (t) => {
  const asked: unknown[] = [];
  const end = (verb: string) => async (input: unknown) => {
    asked.push([verb, input]);
    return { $metadata: {} };
  };
  const batch = aBatch([aJob({ status: "RUNNABLE" }), aJob({ jobId: OTHER_ID, jobName: "other", status: "RUNNING" })], {
    cancelJob: end("cancel"),
    terminateJob: end("terminate"),
  });
  const cancel = (texts: string[], options: { terminate?: boolean } = {}) => {
    const { said, out } = anOut();
    return cancelJobs({ batch, out }, texts, { reason: "r", ...options }).then(() => said.stdout);
  };
  await t.rejects(cancel(["nightly", "ff"]), { message: /no job ff/ });
  await t.rejects(cancel(["nightly", "other"]), {
    message: "other (3f2b0000) started already",
    hint: "nothing was changed; end what runs with: berth cancel --terminate 3f2b0000",
  });
  t.same(asked, []);
  t.equal(await cancel(["nightly"]), "nightly (3f2a91c0) is ending\n");
  await cancel(["other"], { terminate: true });
  t.same(asked, [
    ["cancel", { jobId: ID, reason: "r" }],
    ["terminate", { jobId: OTHER_ID, reason: "r" }],
  ]);
  const ended = aBatch([aJob()]);
  await t.rejects(cancelJobs({ batch: ended, out: anOut().out }, [ID], { reason: "r" }), {
    message: "nightly (3f2a91c0) ended already",
  });
});

t.test("schedules are added with what a job needs, listed with what came of them, and removed", async (t) => {
  const { batch } = aTakingBatch();
  const made = {
    name: "tick",
    expression: "rate(5 minutes)",
    timeZone: "Europe/Berlin",
    job: { jobName: "tick", jobQueue: "default", jobDefinition: "tick:1" },
    createdAt: NOW,
    nextDue: Date.now() + 4000,
    last: { due: Date.now() - 200_000, jobId: ID },
  };
  const never = { ...made, name: "a", timeZone: undefined, nextDue: undefined, last: { due: 0, error: "no queue" } };
  const { api, asked } = anApi({ "/batch/cron": made });
  const { said, out } = anOut();
  const options = { image: "berth/busybox", timezone: "Europe/Berlin", retries: 1 };
  await addCron({ batch, api, out }, "tick", "rate(5 minutes)", ["date"], options);
  t.match(asked[0], [
    "POST",
    "/batch/cron",
    {
      name: "tick",
      expression: "rate(5 minutes)",
      timeZone: "Europe/Berlin",
      job: { jobName: "tick", jobQueue: "default", jobDefinition: "tick:1", retryStrategy: { attempts: 2 } },
    },
  ]);
  t.match(said.stdout, /^tick submits tick:1 to default: due in 4s\n$/);
  await listCrons({ api: anApi({ "/batch/cron": [made, never] }).api, out }, {});
  t.match(said.stdout, /\na +rate\(5 minutes\) +- +tick:1 +default +never +\d+d ago: no queue\n/);
  t.match(said.stdout, /\ntick +rate\(5 minutes\) +Europe\/Berlin +tick:1 +default +in 4s +3m ago: 3f2a91c0\n/);
  await removeCron({ api, out }, "tick", {});
  t.match(asked[1], ["DELETE", "/batch/cron/tick"]);
});

t.test("a job's id is shortened, a child's keeps its index; durations have their unit", async (t) => {
  t.equal(shortJobId(`${ID}:12`), "3f2a91c0:12");
  t.same([400, 9949, 12_000, 59_600, 200_000, 3_569_000, 7_500_000].map(lasted), [
    "0.4s",
    "9.9s",
    "12s",
    "1m 0s",
    "3m 20s",
    "59m 29s",
    "2h 5m",
  ]);
});

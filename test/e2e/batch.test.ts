import { Batch, type JobDetail, type SubmitJobRequest } from "@aws-sdk/client-batch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import t from "tap";
import { aBerth } from "../support/berth.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { until } from "../support/until.ts";

// Jobs on three slices of two cores: what runs, in which order, how often, and why not.

t.setTimeout(600_000);
const berth = await aBerth(t, {
  config: `
hosts:
  - { id: host-1, cpu: 2048, memory: 512, zone: us-east-1a }
  - { id: host-2, cpu: 2048, memory: 512, zone: us-east-1b }
  - { id: host-3, cpu: 2048, memory: 512, zone: us-east-1c }
batch:
  minimumAttemptDurationSeconds: 1
`,
});
const { accessKeyId, secretAccessKey } = berth.keys;
const batch = new Batch({
  endpoint: berth.url,
  region: "us-east-1",
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: 1,
});
const logs = new CloudWatchLogs({ endpoint: berth.url, region: "us-east-1", credentials: berth.keys });
t.teardown(() => {
  batch.destroy();
  logs.destroy();
});

/** Runs until it is asked to stop, and then ends at once. */
const WAITS = `trap "exit 3" TERM; echo waits; while :; do sleep 60 & wait $!; done`;

await batch.registerJobDefinition({
  jobDefinitionName: "job",
  type: "container",
  containerProperties: {
    image: "berth/busybox",
    command: ["true"],
    resourceRequirements: [
      { type: "VCPU", value: "1" },
      { type: "MEMORY", value: "32" },
    ],
  },
});

const submit = async (jobName: string, changes: Partial<SubmitJobRequest> = {}): Promise<string> => {
  const job = await batch.submitJob({ jobName, jobQueue: "default", jobDefinition: "job", ...changes });
  return job.jobId ?? "";
};

const runs = (script: string, vcpus = "1"): Pick<SubmitJobRequest, "containerOverrides"> => ({
  containerOverrides: { command: ["sh", "-c", script], resourceRequirements: [{ type: "VCPU", value: vcpus }] },
});

const describe = async (...ids: string[]): Promise<JobDetail[]> => (await batch.describeJobs({ jobs: ids })).jobs ?? [];

const hasEnded = ({ status }: JobDetail): boolean => status === "SUCCEEDED" || status === "FAILED";

/** The jobs, once all of them have ended. */
const ended = async (...ids: string[]): Promise<JobDetail[]> => {
  await until(
    `the end of ${ids.length} jobs`,
    async () =>
      (await describe(...ids)).filter((job) => !hasEnded(job)).map(({ jobName, status }) => `${jobName} ${status}`),
    (left) => left.length === 0,
    { patienceMs: 300_000 },
  );
  return describe(...ids);
};

/** What a job's attempts printed, by line. */
const printed = async (id: string): Promise<object[]> => {
  const headers = { authorization: `Bearer ${berth.keys.apiToken}` };
  const text = await (await fetch(`${berth.url}/api/batch/jobs/${id}/logs`, { headers })).text();
  return text.split("\n").flatMap((line) => (line ? (JSON.parse(line) as object) : []));
};

/** A queue over an environment of its own, which starts nothing until it is opened. */
const closedQueues = async (environment: string, ...queues: { name: string; priority: number; policy?: string }[]) => {
  await batch.createComputeEnvironment({ computeEnvironmentName: environment, type: "UNMANAGED" });
  await batch.updateComputeEnvironment({ computeEnvironment: environment, state: "DISABLED" });
  for (const { name, priority, policy } of queues)
    await batch.createJobQueue({
      jobQueueName: name,
      priority,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: environment }],
      ...(policy && { schedulingPolicyArn: policy }),
    });
  return { open: () => batch.updateComputeEnvironment({ computeEnvironment: environment, state: "ENABLED" }) };
};

t.test("a job runs with its parameters; its output and its exit code are kept", async (t) => {
  const id = await submit("speaks", {
    containerOverrides: {
      command: ["sh", "-c", "Ref::script"],
      environment: [{ name: "WHO", value: "me" }],
    },
    parameters: {
      script: "echo $WHO $AWS_BATCH_JOB_ID $AWS_BATCH_JOB_ATTEMPT $AWS_BATCH_JQ_NAME $AWS_BATCH_CE_NAME; exit 7",
    },
  });
  const [job] = await ended(id);
  t.match(job, {
    status: "FAILED",
    statusReason: "Essential container in task exited",
    container: { exitCode: 7, logStreamName: /^job\/default\/[0-9a-f]{32}$/ },
    attempts: [{ container: { exitCode: 7, taskArn: /:task\/default\/[0-9a-f]{32}$/ } }],
  });
  const times = [job?.createdAt, job?.startedAt, job?.stoppedAt];
  t.strictSame(times, times.toSorted(), "its times are in their order");
  t.match(await printed(id), [{ attempt: 1, stream: "stdout", text: `me ${id} 1 default default` }]);
});

t.test("an array of 50 of which three children fail once ends SUCCEEDED, with 53 attempts", async (t) => {
  const script =
    "test $AWS_BATCH_JOB_ARRAY_SIZE = 50 || exit 9; case $AWS_BATCH_JOB_ARRAY_INDEX in 7|19|33) test $AWS_BATCH_JOB_ATTEMPT -ge 2;; esac";
  const id = await submit("array", {
    ...runs(script),
    arrayProperties: { size: 50 },
    retryStrategy: { attempts: 2 },
  });
  const [array] = await ended(id);
  t.match(array, { status: "SUCCEEDED", arrayProperties: { size: 50, statusSummary: { SUCCEEDED: 50, FAILED: 0 } } });
  const children = await describe(...Array.from({ length: 50 }, (_, index) => `${id}:${index}`));
  const attempts = children.map((child) => child.attempts?.length ?? 0);
  t.equal(
    attempts.reduce((sum, count) => sum + count, 0),
    53,
  );
  t.same(
    attempts.flatMap((count, index) => (count === 2 ? [index] : [])),
    [7, 19, 33],
  );
  t.match(children[7]?.attempts, [{ container: { exitCode: 1 } }, { container: { exitCode: 0 } }]);
});

t.test("a diamond runs in order", async (t) => {
  const top = await submit("top");
  const [left, right] = [
    await submit("left", { dependsOn: [{ jobId: top }] }),
    await submit("right", { dependsOn: [{ jobId: top }] }),
  ];
  const bottom = await submit("bottom", { dependsOn: [{ jobId: left }, { jobId: right }] });
  const jobs = await ended(top, left, right, bottom);
  t.same(
    jobs.map(({ status }) => status),
    Array(4).fill("SUCCEEDED"),
  );
  const [a, b, c, d] = jobs as [JobDetail, JobDetail, JobDetail, JobDetail];
  t.ok(b.startedAt! >= a.stoppedAt! && c.startedAt! >= a.stoppedAt!, "the sides after the top");
  t.ok(d.startedAt! >= b.stoppedAt! && d.startedAt! >= c.stoppedAt!, "the bottom after both sides");
});

t.test("a job that no host could hold says so at once and holds up nobody; cancelled, it is gone", async (t) => {
  const big = await submit("big", runs("true", "8"));
  const small = await submit("small");
  const [ran] = await ended(small);
  t.equal(ran?.status, "SUCCEEDED");
  const [job] = await until(
    "its reason",
    () => describe(big),
    ([one]) => one?.statusReason !== undefined,
  );
  t.match(job, {
    status: "RUNNABLE",
    statusReason: /^MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT.*8 vCPU.*host-1 has 2/,
  });
  t.match(await berth.api(`/batch/jobs/${big}/placement`), {
    status: "RUNNABLE",
    waiting: { code: "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", text: /8 vCPU/ },
  });
  await batch.cancelJob({ jobId: big, reason: "too big" });
  t.match(await ended(big), [{ status: "FAILED", statusReason: "too big", isCancelled: true, attempts: [] }]);
});

t.test("a timeout kills an attempt, and is not retried; a terminated job ends the same way", async (t) => {
  const slow = await submit("slow", {
    ...runs(WAITS),
    timeout: { attemptDurationSeconds: 1 },
    retryStrategy: { attempts: 3 },
  });
  const ending = await submit("ending", { ...runs(WAITS), retryStrategy: { attempts: 3 } });
  // Before it says so it would not hear that it is to stop.
  await until(
    "the job to say that it waits",
    () => printed(ending),
    ({ length }) => length > 0,
  );
  await batch.terminateJob({ jobId: ending, reason: "enough" });
  const [timedOut, terminated] = await ended(slow, ending);
  t.match(timedOut, { status: "FAILED", statusReason: "Job attempt duration exceeded timeout" });
  t.equal(timedOut?.attempts?.length, 1, "once");
  t.match(terminated, { status: "FAILED", statusReason: "enough", isTerminated: true, container: { exitCode: 3 } });
  t.equal(terminated?.attempts?.length, 1, "once");
});

t.test("a queue of higher priority overtakes one that shares its environment", async (t) => {
  const queues = await closedQueues("two", { name: "low", priority: 1 }, { name: "high", priority: 10 });
  const low: string[] = [];
  for (let index = 0; index < 16; index += 1) low.push(await submit(`low-${index}`, { jobQueue: "low" }));
  const high = [await submit("high-0", { jobQueue: "high" }), await submit("high-1", { jobQueue: "high" })];
  t.match(await describe(low[0]!, high[0]!), [{ status: "RUNNABLE" }, { status: "RUNNABLE" }], "nothing starts yet");
  await queues.open();
  const jobs = await ended(...high, ...low);
  const startOf = new Map(jobs.map(({ jobId, startedAt }) => [jobId, startedAt ?? 0]));
  const lastHigh = Math.max(...high.map((id) => startOf.get(id)!));
  const before = low.filter((id) => startOf.get(id)! < lastHigh).length;
  // Six fit at once, and a busy engine starts those in any order; by age alone all sixteen would be before them.
  t.ok(before <= 9, `${before} of sixteen jobs of the lower queue started before both of the higher`);
});

t.test("a share of a third of the weight gets three of four starts", async (t) => {
  const { arn } = await batch.createSchedulingPolicy({
    name: "thirds",
    fairsharePolicy: {
      shareDistribution: [
        { shareIdentifier: "heavy", weightFactor: 1 },
        { shareIdentifier: "light", weightFactor: 3 },
      ],
    },
  });
  const queues = await closedQueues("fair", { name: "fair", priority: 1, policy: arn! });
  const [heavy, light] = [[] as string[], [] as string[]];
  for (let index = 0; index < 60; index += 1) {
    light.push(await submit(`light-${index}`, { jobQueue: "fair", shareIdentifier: "light" }));
    heavy.push(await submit(`heavy-${index}`, { jobQueue: "fair", shareIdentifier: "heavy" }));
  }
  await queues.open();
  const starts = await until(
    "46 starts",
    async () =>
      (await Promise.all([describe(...heavy), describe(...light)]))
        .flat()
        .flatMap(({ startedAt, shareIdentifier }) => (startedAt ? [{ startedAt, shareIdentifier }] : [])),
    ({ length }) => length >= 46,
    { patienceMs: 300_000 },
  );
  const first = starts.toSorted((a, b) => a.startedAt - b.startedAt).slice(0, 40);
  const count = first.filter(({ shareIdentifier }) => shareIdentifier === "heavy").length;
  t.ok(count >= 27 && count <= 33, `${count} of the first 40 starts are the heavier share's`);

  await batch.updateJobQueue({ jobQueue: "fair", state: "DISABLED" });
  await batch.deleteJobQueue({ jobQueue: "fair" });
  const jobs = [...(await ended(...heavy)), ...(await ended(...light))];
  t.equal(
    jobs.filter(({ attempts = [] }) => attempts.length > 1).length,
    0,
    "and with its queue the rest ends, none started twice",
  );
});

leavesNothing(t, berth);

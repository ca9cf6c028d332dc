import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { aBerth } from "../support/berth.ts";
import { leavesNothing } from "../support/leaves-nothing.ts";
import { until } from "../support/until.ts";

// The command's part of Batch as somebody types it: each word a process of its own, containers real.

t.setTimeout(600_000);
const berth = await aBerth(t);

const SMALL = ["--image", "berth/busybox", "--memory", "32"];

t.test("a job that fails once passes at its second attempt; its output and both attempts are told", async (t) => {
  const script = 'echo "attempt $AWS_BATCH_JOB_ATTEMPT"; [ "$AWS_BATCH_JOB_ATTEMPT" -gt 1 ] || exit 75';
  const rules = ["--retries", "2", "--on-exit", "retry:exitcode=75", "--on-exit", "exit:reason=*"];
  const { code, stdout, stderr } = await berth.cli(
    "submit",
    "--wait",
    ...SMALL,
    ...rules,
    "flaky",
    "--",
    "sh",
    "-c",
    script,
  );
  t.equal(code, 0, stderr);
  t.equal(stdout, "attempt 1\nattempt 2\n");
  t.match(stderr, /flaky \([0-9a-f]{8}\) succeeded at attempt 2\n$/);
  const [logs, job, why] = await Promise.all([
    berth.cli("logs", "--attempt", "1", "flaky"),
    berth.cli("job", "flaky"),
    berth.cli("why", "flaky"),
  ]);
  t.equal(logs.stdout, "attempt 1\n");
  t.match(job.stdout, /^1 +host-\d .* 75 .*\n2 +host-\d .* 0 /m);
  t.match(why.stdout, /^Attempt 2, task [0-9a-f]{8} on host-\d, ended .* with 0/m);
});

t.test(
  "a graph is submitted once however often it is asked for, and a child's failure is told with its last words",
  async (t) => {
    const file = join(berth.home, "jobs.yaml");
    await writeFile(
      file,
      `
image: berth/busybox
memory: 32
jobs:
  report: { dependsOn: [shards], command: ["true"] }
  shards:
    array: 2
    dependsOn: [extract]
    command: [sh, -c, 'echo "shard $AWS_BATCH_JOB_ARRAY_INDEX"; exit $AWS_BATCH_JOB_ARRAY_INDEX']
  extract: { command: ["true"] }
`,
    );
    const submit = (...words: string[]) => berth.cli("submit", "-f", file, "--once", "night-1", ...words);
    const first = await submit();
    t.match(first.stdout, /^extract [0-9a-f-]{36}\nshards [0-9a-f-]{36}\nreport [0-9a-f-]{36}\n$/, first.stderr);
    const again = await submit("--wait");
    t.equal(again.code, 1);
    t.match(again.stderr, /shards \([0-9a-f]{8}:1\) failed with 1: .*\n {4}\| shard 1\n/);
    t.match(again.stderr, /report \([0-9a-f]{8}\) failed: Dependent Job failed\n/);
    t.match(again.stderr, /\n4 of 4 ended, 2 failed\n$/);
    const { stdout } = await berth.cli("jobs", "--json");
    const names = (JSON.parse(stdout) as { jobName: string }[]).map(({ jobName }) => jobName).sort();
    t.same(names, ["extract", "flaky", "report", "shards"], "nothing twice");
  },
);

t.test("a job that is too large says so, is cancelled by its name, and a schedule comes and goes", async (t) => {
  await berth.cli("submit", ...SMALL, "--vcpus", "64", "giant", "--", "true");
  const queue = "/batch/job-queues/default";
  const waiting = async () =>
    berth.api<{ jobSummaryList: { statusReason?: string }[] }>("/batch/jobs?jobQueue=default&jobStatus=RUNNABLE");
  await until("the reason to be known", waiting, ({ jobSummaryList: [job] }) => job?.statusReason !== undefined);
  const [why, added] = await Promise.all([
    berth.cli("why", "giant"),
    berth.cli("cron", "add", "tick", "rate(1 hour)", ...SMALL, "--", "date"),
  ]);
  t.match(why.stdout, /is RUNNABLE\.\nMISCONFIGURATION:.* 64 vCPU/);
  t.match(added.stdout, /^tick submits tick:1 to default: due in /, added.stderr);
  const [cancelled, listed] = await Promise.all([berth.cli("cancel", "giant"), berth.cli("cron")]);
  t.match(cancelled.stdout, /^giant \(.*\) is ending\n$/);
  t.match(listed.stdout, /^tick +rate\(1 hour\) /m);
  const counts = () => berth.api<{ FAILED: number }>(`${queue}/counts`);
  await until("the cancelled job to have failed", counts, ({ FAILED }) => FAILED === 3);
  const [queues, removed] = await Promise.all([berth.cli("queues"), berth.cli("cron", "remove", "tick")]);
  t.match(queues.stdout, /^default +ENABLED +1 +default +0 +0 +0 +2 +3 +-$/m);
  t.equal(removed.code, 0, removed.stderr);
});

await leavesNothing(t, berth);

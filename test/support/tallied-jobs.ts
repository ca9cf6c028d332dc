import { Batch, type JobDetail } from "@aws-sdk/client-batch";
import type { Test } from "tap";
import type { TestBerth } from "./berth.ts";
import { until } from "./until.ts";

const PATIENCE = { patienceMs: 300_000 };
const SAYS = 'echo "attempt $AWS_BATCH_JOB_ATTEMPT";';
/** Every tenth job fails its first attempt. */
const isTwice = (index: number): boolean => index % 10 === 0;
const hasEnded = ({ status }: JobDetail): boolean => status === "SUCCEEDED" || status === "FAILED";

/** Jobs that print each of their attempts, submitted to the queue `default`: so many alone, and an array of so many children. */
export const talliedJobs = async (
  t: Test,
  berth: TestBerth,
  { alone, children }: { readonly alone: number; readonly children: number },
) => {
  const { accessKeyId, secretAccessKey, apiToken } = berth.keys;
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
  await define("once", SAYS);
  await define("twice", `${SAYS} test $AWS_BATCH_JOB_ATTEMPT = 2`);
  const submit = async (jobDefinition: string, jobName: string, size?: number): Promise<string> => {
    const array = size === undefined ? {} : { arrayProperties: { size } };
    return (await batch.submitJob({ jobName, jobQueue: "default", jobDefinition, ...array })).jobId!;
  };
  const ids: string[] = [];
  for (let i = 0; i < alone; i += 1) ids.push(await submit(isTwice(i) ? "twice" : "once", `job-${i}`));
  const array = await submit("once", "array", children);

  const describe = async (some: readonly string[]): Promise<JobDetail[]> => {
    const found: JobDetail[] = [];
    for (let from = 0; from < some.length; from += 100)
      found.push(...((await batch.describeJobs({ jobs: some.slice(from, from + 100) })).jobs ?? []));
    return found;
  };
  const linesOf = async (id: string): Promise<string[]> => {
    const headers = { authorization: `Bearer ${apiToken}` };
    const answer = await fetch(`${berth.url}/api/batch/jobs/${encodeURIComponent(id)}/logs`, { headers });
    const lines = (await answer.text()).split("\n");
    return lines.flatMap((line) => (line ? (JSON.parse(line) as { text: string }).text : []));
  };

  return {
    /** Resolves when so many of those alone have ended. */
    ended: (count: number) =>
      until(
        `${count} jobs to have ended`,
        () => describe(ids),
        (jobs) => jobs.filter(hasEnded).length >= count,
        PATIENCE,
      ),
    /** Waits for all of them: each has SUCCEEDED, and each attempt ran once and is on record once. */
    async ranOnce(t: Test): Promise<void> {
      const all = await until(
        "all jobs to end",
        () => describe([...ids, array]),
        (jobs) => jobs.length === ids.length + 1 && jobs.every(hasEnded),
        PATIENCE,
      );
      t.strictSame([...new Set(all.map(({ status }) => status))], ["SUCCEEDED"]);
      t.match(all.at(-1)?.arrayProperties?.statusSummary, { SUCCEEDED: children });
      const each = [
        ...all.slice(0, -1),
        ...(await describe(Array.from({ length: children }, (_, index) => `${array}:${index}`))),
      ];
      const attemptsOf = (index: number) => (index < alone && isTwice(index) ? [1, 2] : [1]);
      const lines: string[][] = [];
      for (const { jobId } of each) lines.push(await linesOf(jobId!));
      t.strictSame(
        lines,
        each.map((_, index) => attemptsOf(index).map((attempt) => `attempt ${attempt}`)),
        "each attempt ran once, and its output is kept",
      );
      t.strictSame(
        each.map(({ attempts }) => attempts?.map(({ container }) => container?.exitCode)),
        each.map((_, index) => (attemptsOf(index).length === 2 ? [1, 0] : [0])),
        "and is on record once",
      );
    },
  };
};

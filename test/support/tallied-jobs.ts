import type { Test } from "tap";
import { aBatchClient, hasEnded } from "./batch-client.ts";
import type { TestBerth } from "./berth.ts";
import { until } from "./until.ts";

const PATIENCE = { patienceMs: 300_000 };
const SAYS = 'echo "attempt $AWS_BATCH_JOB_ATTEMPT";';
/** Every tenth job fails its first attempt. */
const isTwice = (index: number): boolean => index % 10 === 0;

/** Jobs that print each of their attempts, submitted to the queue `default`: so many alone, and an array of so many children. */
export const talliedJobs = async (
  t: Test,
  berth: TestBerth,
  { alone, children }: { readonly alone: number; readonly children: number },
) => {
  const { batch, describe, linesOf } = aBatchClient(t, berth);
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

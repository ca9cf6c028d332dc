import fc from "fast-check";
import t from "tap";
import { type JobId, taskOfAttempt } from "../../src/batch/model/ids.ts";
import type { Job, JobDependency } from "../../src/batch/model/job.ts";
import { JOB_STATUSES, type JobStatus } from "../../src/batch/model/states.ts";
import { aRedis, aStore } from "../support/redis.ts";
import { aBatch, QUEUE } from "./batch-fixtures.ts";

const server = await aRedis(t);

/** One step of a history; numbers choose among what is there at that moment. */
const stepArb = fc.oneof(
  fc.record({
    do: fc.constant("submit" as const),
    size: fc.constantFrom(0, 0, 2, 3),
    on: fc.array(fc.nat(), { maxLength: 2 }),
    kind: fc.constantFrom("job" as const, "job" as const, "SEQUENTIAL" as const, "N_TO_N" as const),
    priority: fc.integer({ min: 0, max: 2 }),
    share: fc.constantFrom("a", "b"),
  }),
  fc.record({ do: fc.constant("claim" as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant("start" as const), which: fc.nat() }),
  fc.record({
    do: fc.constant("end" as const),
    which: fc.nat(),
    verdict: fc.constantFrom("SUCCEEDED" as const, "SUCCEEDED" as const, "FAILED" as const, "RETRY" as const),
    delay: fc.constantFrom(0, 0, 1_000_000_000_000_000),
  }),
  fc.record({
    do: fc.constant("stop" as const),
    which: fc.nat(),
    kind: fc.constantFrom("cancel" as const, "terminate" as const),
  }),
  fc.record({ do: fc.constant("release" as const), limit: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("aside" as const), which: fc.nat() }),
  fc.constant({ do: "recall" as const }),
);
type Step = typeof stepArb extends fc.Arbitrary<infer T> ? T : never;

const at = <T>(items: readonly T[], which: number): T | undefined => items[which % Math.max(1, items.length)];

const play = async (batch: Awaited<ReturnType<typeof aBatch>>, history: readonly Step[]) => {
  const { jobs, moves, submit, claim, start, end, stop, line } = batch;
  const made: { id: string; size: number }[] = [];
  const live = async () => moves.liveSince(Number.MAX_SAFE_INTEGER);
  const everyId = () =>
    made.flatMap(({ id, size }) => [id, ...Array.from({ length: size }, (_, index) => `${id}:${index}`)]);

  const step = async (one: Step): Promise<void> => {
    if (one.do === "submit") {
      const others = one.on.flatMap((which) => at(made, which) ?? []);
      const dependsOn: JobDependency[] = others.flatMap(({ id, size }): JobDependency[] => {
        if (one.kind !== "N_TO_N") return [{ type: "job", job: id as JobId }];
        return size === one.size && size > 0 ? [{ type: "N_TO_N", job: id as JobId }] : [];
      });
      if (one.kind === "SEQUENTIAL" && one.size > 0) dependsOn.push({ type: "SEQUENTIAL" });
      const id = `j${made.length}`;
      await submit(id, {
        share: one.share,
        schedulingPriority: one.priority,
        dependsOn,
        ...(one.size > 0 && { arraySize: one.size }),
      });
      made.push({ id, size: one.size });
    } else if (one.do === "claim") {
      const next = (await line()).slice(0, one.count);
      const read = await jobs.get(next as JobId[]);
      await claim(...read.map((job) => [job!.id, job!.attempts.length + 1] as const));
    } else if (one.do === "start" || one.do === "end") {
      const attempt = at(await live(), one.which);
      if (!attempt) return;
      if (one.do === "start") await start(attempt.id, attempt.attempt);
      else await end(attempt.id, attempt.attempt, one.verdict, "it ended", one.delay);
    } else if (one.do === "stop") {
      const id = at(everyId(), one.which);
      if (id) await stop(one.kind, id);
    } else if (one.do === "release") await moves.releaseDependents(one.limit);
    else if (one.do === "recall") await moves.recall(QUEUE);
    else {
      const job = at(await line(), one.which);
      const read = job && (await batch.job(job));
      const wait = { job: job as JobId, code: "LARGE", text: "too large", since: 1 };
      if (read) await moves.explain([{ ...wait, kind: "aside", queue: QUEUE, share: read.share ?? "" }]);
    }
  };
  for (const one of history) await step(one);
  return { made, everyId, live };
};

const hasEnded = ({ status }: Job): boolean => status === "SUCCEEDED" || status === "FAILED";
const differ = (what: string, is: unknown, should: unknown): void => {
  if (JSON.stringify(is) !== JSON.stringify(should))
    throw new Error(`${what}: ${JSON.stringify(is)}, and it should be ${JSON.stringify(should)}`);
};

t.test("after any history, every index says what the records say", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArb, { maxLength: 40 }), async (history) => {
      const store = await aStore(t, server);
      const batch = await aBatch(store);
      const { jobs, moves, tasks, ledger, line } = batch;
      const { made, everyId, live } = await play(batch, history);
      const all = (await jobs.get(everyId() as JobId[])) as Job[];
      const byId = new Map(all.map((job) => [job.id as string, job]));
      const runs = all.filter(({ arraySize }) => arraySize === undefined);
      const of = (...statuses: JobStatus[]) =>
        runs.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);

      // What holds a host: the live set, tasks that are not STOPPED, the account, the shares' use.
      const holding = of("STARTING", "RUNNING").sort();
      differ("jobs that hold a host", (await live()).map(({ id }) => id).sort(), holding);
      for (const { id, attempts } of runs)
        for (const [i, attempt] of attempts.entries()) {
          const [task] = await tasks.get([taskOfAttempt(id, i + 1)]);
          differ(`attempts of ${id}`, attempt.attempt, i + 1);
          const isUnderWay = holding.includes(id) && i === attempts.length - 1;
          differ(`task of ${id}#${i + 1}`, task?.observed.status, isUnderWay ? "PENDING" : "STOPPED");
        }
      differ("free CPU", (await ledger("h1")).free.cpuUnits, 1_000_000 - 1024 * holding.length);
      const shares = (await moves.lines([QUEUE], 100))[0]!;
      const held = (share: string) => holding.filter((id) => byId.get(id)!.share === share).length * 1024;
      for (const { share, runningCpu } of shares) differ(`CPU of share ${share}`, runningCpu, held(share));

      // What may start is RUNNABLE, and the other way round, but for what is set aside or waits for its time.
      const inLine = await line();
      const waitsElsewhere = runs.filter(
        ({ waiting }) => waiting?.code === "LARGE" || waiting?.code === "JOB:RETRY_BACKOFF",
      );
      differ("the line", [...inLine, ...waitsElsewhere.map(({ id }) => id)].sort(), of("RUNNABLE").sort() as string[]);
      // Arrays: the summary is the count of the children.
      for (const { id, size } of made.filter((one) => one.size > 0)) {
        const parent = byId.get(id)!;
        const children = Array.from({ length: size }, (_, index) => byId.get(`${id}:${index}`)!);
        const counted = Object.fromEntries(
          JOB_STATUSES.map(
            (status) => [status, children.filter((child) => child.status === status).length] as const,
          ).filter(([, count]) => count > 0),
        );
        differ(`summary of ${id}`, sorted(parent.summary), sorted(counted));
        differ(`${id} has ended`, hasEnded(parent), children.every(hasEnded));
        if (hasEnded(parent))
          differ(
            `${id} succeeded`,
            parent.status === "SUCCEEDED",
            children.every(({ status }) => status === "SUCCEEDED"),
          );
      }
      // Lists by status: each job in the one of its status, newest first.
      const singles = made.map(({ id }) => id).reverse();
      for (const status of JOB_STATUSES) {
        const page = await jobs.list({ queue: QUEUE, status }, { limit: 100 });
        const should = singles.filter((id) => byId.get(id)!.status === status);
        differ(
          `list of ${status}`,
          page.jobs.map(({ id }) => id),
          should,
        );
        differ(`count of ${status}`, (await jobs.counts(QUEUE))[status], should.length);
      }

      // In the end: everything that may run succeeds, and then nothing waits any more.
      await moves.recall(QUEUE);
      for (;;) {
        while ((await moves.releaseDependents(50)) > 0);
        await moves.due({ kind: "timeout", reason: "late", at: Number.MAX_SAFE_INTEGER }, 100);
        const next = await line();
        const under = await live();
        if (next.length === 0 && under.length === 0) break;
        for (const { id, attempt } of under) await batch.end(id, attempt, "SUCCEEDED");
        const read = (await jobs.get(next as JobId[])) as Job[];
        await batch.claim(...read.map((job) => [job.id, job.attempts.length + 1] as const));
      }
      const left = ((await jobs.get(everyId() as JobId[])) as Job[]).filter((job) => !hasEnded(job));
      differ(
        "jobs that never end",
        left.map(({ id, status }) => `${id} ${status}`),
        [],
      );
      await store.redis.quit();
    }),
    { numRuns: 80, includeErrorInReport: true },
  );
});

const sorted = (counts: object | undefined): [string, number][] =>
  Object.entries(counts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));

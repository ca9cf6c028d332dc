import { jobMoves } from "../../src/adapters/redis/job-moves.ts";
import { jobStore } from "../../src/adapters/redis/job-store.ts";
import type { RedisStore } from "../../src/adapters/redis/store.ts";
import { childParts, type EnvironmentId, type JobId, type QueueId, taskOfAttempt } from "../../src/batch/model/ids.ts";
import type { JobSubmission } from "../../src/batch/model/job.ts";
import type { Verdict } from "../../src/batch/model/retry.ts";
import type { LineEntry } from "../../src/batch/ports.ts";
import type { TaskStatus } from "../../src/fleet/model/task.ts";
import { aFleet, aHost, aPlan, aTask, hostId, seen } from "./redis-fixtures.ts";

export const QUEUE = "000000000000/us-east-1/default" as QueueId;
const ENVIRONMENT = "000000000000/us-east-1/default" as EnvironmentId;
export const jobId = (text: string) => text as JobId;

/** A job of one vCPU; its id is its name unless something else is said. */
export const aJob = (name: string, members: Partial<JobSubmission> = {}): JobSubmission => ({
  id: jobId(name),
  name,
  queue: QUEUE,
  definition: "arn:aws:batch:us-east-1:000000000000:job-definition/work:1",
  container: { image: "berth/busybox", command: ["true"], environment: [], vcpus: 1, memoryMiB: 128 },
  parameters: {},
  retry: { attempts: 1, evaluateOnExit: [] },
  dependsOn: [],
  schedulingPriority: 0,
  tags: {},
  propagateTags: false,
  createdAt: 1_000,
  ...members,
});

/** Jobs over one large host, moved by hand as the loops would move them. */
export const aBatch = async (store: RedisStore) => {
  const jobs = jobStore(store);
  const moves = jobMoves(store);
  const { tasks, ledger } = await aFleet(
    store,
    aHost("h1", { declared: { cpuUnits: 1_000_000, memoryMiB: 10_000_000 } }),
  );
  const job = async (id: string) => (await jobs.get([jobId(id)]))[0];

  const claim = async (...attempts: readonly (readonly [id: string, attempt: number])[]) => {
    const plan = aPlan(
      attempts.map(([id, attempt]) => aTask(taskOfAttempt(jobId(id), attempt), { cpuUnits: 1024, group: "batch" })),
    );
    return await tasks.commit({
      tasks: plan.tasks.map((one, i) => ({
        ...one,
        claim: { job: attempts[i]![0], attempt: attempts[i]![1], environment: ENVIRONMENT, decaySeconds: 600 },
      })),
    });
  };

  const observe = (id: string, attempt: number, status: TaskStatus) =>
    tasks.observe(taskOfAttempt(jobId(id), attempt), 1, seen(status), 50);

  const end = async (id: string, attempt: number, verdict: Verdict, reason = "why", retryDelayMs = 0) => {
    await observe(id, attempt, "STOPPED");
    const task = taskOfAttempt(jobId(id), attempt);
    return await moves.ended([
      {
        id: jobId(id),
        attempt: { attempt, task, host: hostId("h1"), environment: ENVIRONMENT, exitCode: 0, stoppedAt: 90 },
        verdict,
        reason,
        stoppedAt: 90,
        retryDelayMs,
      },
    ]);
  };

  return {
    jobs,
    moves,
    tasks,
    ledger,
    job,
    claim,
    end,
    start: (id: string, attempt = 1) => moves.started([{ id: jobId(id), attempt, startedAt: 60 }]),
    status: async (id: string) => (await job(id))?.status,
    submit: (name: string, members?: Partial<JobSubmission>) => jobs.submit(aJob(name, members)),
    /** Claims, and ends at once. */
    run: async (id: string, verdict: Verdict = "SUCCEEDED", attempt = 1) => {
      await claim([id, attempt]);
      return await end(id, attempt, verdict);
    },
    /** Looks at dependents until there is nothing left to look at. */
    settle: async (atATime = 100) => {
      while ((await moves.releaseDependents(atATime)) > 0);
    },
    stop: (kind: "cancel" | "terminate", ...ids: string[]) =>
      jobs.requestStop(ids.map(jobId), { kind, reason: `${kind} it`, at: 70 }),
    /** What may start, in the order in which it would: ids, children by their own. */
    line: async (queue = QUEUE): Promise<string[]> => (await jobs.front(queue, 100)).map(({ id }) => id),
    entries: async (queue = QUEUE): Promise<LineEntry[]> =>
      (await moves.lines([queue], 100))[0]!.flatMap(({ entries }) => entries),
    parts: (id: string) => childParts(jobId(id)),
  };
};

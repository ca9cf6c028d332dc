import type * as batch from "@aws-sdk/client-batch";
import type { Test } from "tap";
import { jobStore } from "../../src/adapters/redis/job-store.ts";
import { recordStore } from "../../src/adapters/redis/record-store.ts";
import { movableClock } from "../../src/adapters/simulated/clock.ts";
import { simulatedWorkQueue } from "../../src/adapters/simulated/work-queue.ts";
import { batchWing } from "../../src/batch/index.ts";
import type { Caller, InputOf, OperationName, OutputOf } from "../../src/kernel/operation.ts";
import { systemRandom } from "../../src/kernel/random.ts";
import type { Scope } from "../../src/kernel/scope.ts";
import { CALLER } from "./ecs-world.ts";
import { aRedis, aStore } from "./redis.ts";

type Batch = typeof batch;
type Handlers = ReturnType<typeof batchWing>["handlers"];
type Built = keyof Handlers & OperationName<Batch>;

/** Batch over the real stores, without hosts and without the loop that starts jobs: what is submitted waits. */
export const aBatchWorld = async (t: Test, { scope = CALLER }: { scope?: Scope } = {}) => {
  const store = await aStore(t, await aRedis(t));
  const clock = movableClock(Date.UTC(2026, 10, 24, 12));
  const jobs = jobStore(store);
  const cronQueue = simulatedWorkQueue(clock);
  t.teardown(() => cronQueue.close());
  const wing = batchWing({
    computeEnvironments: recordStore(store, "compute-environment"),
    jobQueues: recordStore(store, "job-queue"),
    schedulingPolicies: recordStore(store, "scheduling-policy"),
    jobDefinitions: recordStore(store, "job-definition"),
    crons: recordStore(store, "cron"),
    jobs,
    cronQueue,
    fleet: { hosts: async () => [], placement: async () => undefined, async *logs() {} },
    clock,
    random: systemRandom,
    limits: { hostPaths: ["/srv"], privileged: false },
    settings: { cluster: "default", backfill: false, minimumAttemptDurationSeconds: 60 },
  });
  await wing.ensureDefaults(scope);

  /** Calls an operation as a client does, `as` somebody else if asked. */
  const call = <Name extends Built>(
    name: Name,
    input: InputOf<Batch, Name>,
    as: Partial<Caller> = {},
  ): Promise<OutputOf<Batch, Name>> =>
    (wing.handlers[name] as unknown as (input: unknown, caller: Caller) => Promise<OutputOf<Batch, Name>>)(input, {
      ...CALLER,
      ...scope,
      ...as,
    });

  return {
    wing,
    jobs,
    clock,
    call,
    /** Registers a definition of one small container. */
    define: async (jobDefinitionName: string, changes: Partial<batch.RegisterJobDefinitionRequest> = {}) =>
      call("RegisterJobDefinition", {
        type: "container",
        containerProperties: {
          image: "busybox",
          command: ["true"],
          resourceRequirements: [
            { type: "VCPU", value: "1" },
            { type: "MEMORY", value: "64" },
          ],
        },
        ...changes,
        jobDefinitionName,
      } as InputOf<Batch, "RegisterJobDefinition">),
    /** Submits a job of the definition `job` to the queue `default`, unless something else is said; answers its id. */
    submit: async (changes: Partial<batch.SubmitJobRequest> = {}, as: Partial<Caller> = {}): Promise<string> => {
      const request = { jobName: "j", jobQueue: "default", jobDefinition: "job", ...changes };
      return (await call("SubmitJob", request as InputOf<Batch, "SubmitJob">, as)).jobId ?? "";
    },
    describe: async (...jobs: string[]): Promise<batch.JobDetail[]> =>
      (await call("DescribeJobs", { jobs })).jobs ?? [],
  };
};

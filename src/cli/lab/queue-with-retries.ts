import type { Batch } from "../batch.ts";
import type { Session } from "../session.ts";
import { ensureJobDefinition } from "../submit/definition.ts";
import { type JobSight, lookAtJobs } from "./job-sight.ts";
import type { Lab } from "./lab.ts";
import {
  arraySucceeded,
  failedWithoutRetry,
  gaveUpAtOnce,
  overtook,
  succeededAtSecondAttempt,
  wasSetAsideAndCancelled,
} from "./queue-with-retries-checks.ts";

const FLAKY = "lab-2-flaky";
const SHARDS = "lab-2-shards";
const BULK = "lab-2-bulk";
const URGENT = "lab-2-urgent";
const GIANT = "lab-2-giant";
const SLOW_QUEUE = "lab-2-slow";
const FAST_QUEUE = "lab-2-fast";
const FOLDER = "labs/02-a-queue-with-retries";

/** What goes wrong for a reason that goes away, by the convention of sysexits: EX_TEMPFAIL. */
const TRY_AGAIN = 75;
const CHILDREN = 10;
const GIANT_VCPUS = 64;

/** Fails at its first attempt and passes at its second. */
const FAILS_ONCE = `echo "attempt $AWS_BATCH_JOB_ATTEMPT"; [ "$AWS_BATCH_JOB_ATTEMPT" -gt 1 ] || exit ${TRY_AGAIN}`;

const prepare = async (session: Session): Promise<string[]> => {
  const batch = await session.batch();
  await ensureJobDefinition(batch, {
    jobDefinitionName: FLAKY,
    type: "container",
    containerProperties: {
      image: "berth/busybox",
      command: ["sh", "-c", FAILS_ONCE],
      resourceRequirements: [
        { type: "VCPU", value: "1" },
        { type: "MEMORY", value: "64" },
      ],
    },
  });
  await ensureQueue(batch, SLOW_QUEUE, 1);
  await ensureQueue(batch, FAST_QUEUE, 10);
  return [
    `the job definition ${FLAKY} ends with ${TRY_AGAIN} at its first attempt and with 0 at its second`,
    `the queues ${SLOW_QUEUE} (priority 1) and ${FAST_QUEUE} (priority 10) share the hosts of the environment default`,
  ];
};

const ensureQueue = async (batch: Batch, name: string, priority: number): Promise<void> => {
  const { jobQueues = [] } = await batch.describeJobQueues({ jobQueues: [name] });
  if (jobQueues.length > 0) return;
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: "default" }];
  await batch.createJobQueue({ jobQueueName: name, priority, computeEnvironmentOrder });
};

const RULES = `--retries 2 --on-exit retry:exitcode=${TRY_AGAIN} --on-exit 'exit:reason=*'`;

/** Lab 2: what a queue is for, when a job is tried again, who goes first, and why one waits. */
export const QUEUE_WITH_RETRIES: Lab<JobSight> = {
  number: 2,
  title: "A queue with retries",
  readme: `${FOLDER}/README.md`,
  prepare,
  look: async (session) =>
    lookAtJobs(await session.batch(), ["default", SLOW_QUEUE, FAST_QUEUE], [FLAKY, SHARDS, BULK, URGENT, GIANT]),
  steps: [
    {
      title: `submit ${FLAKY} and see it fail with ${TRY_AGAIN}`,
      how: [`berth submit --definition ${FLAKY} --wait ${FLAKY}`],
      missing: failedWithoutRetry(FLAKY, TRY_AGAIN),
    },
    {
      title: `let it be tried again after ${TRY_AGAIN}, and see it pass`,
      how: [`berth submit --definition ${FLAKY} ${RULES} --wait ${FLAKY}`, `berth job ${FLAKY}`],
      missing: succeededAtSecondAttempt(FLAKY, TRY_AGAIN),
    },
    {
      title: "under the same rules fail with 3, and see it given up at once",
      how: [`berth submit --definition ${FLAKY} ${RULES} --wait ${FLAKY} -- sh -c 'exit 3'`],
      missing: gaveUpAtOnce(FLAKY, 3),
    },
    {
      title: `run an array of ${CHILDREN}`,
      how: [
        `berth submit --image berth/busybox --array ${CHILDREN} --wait ${SHARDS} -- sh -c 'echo shard $AWS_BATCH_JOB_ARRAY_INDEX'`,
        `berth logs ${SHARDS}:7`,
      ],
      missing: arraySucceeded(SHARDS, CHILDREN),
    },
    {
      title: "overtake those that wait in a queue of lower priority",
      how: [
        `berth submit --image berth/busybox --queue ${SLOW_QUEUE} --array 8 ${BULK} -- sleep 10`,
        `berth submit --image berth/busybox --queue ${FAST_QUEUE} ${URGENT} -- true`,
        `berth why ${URGENT}`,
        "berth queues --watch",
      ],
      missing: overtook({ name: URGENT, queue: FAST_QUEUE }, { name: BULK, queue: SLOW_QUEUE }),
    },
    {
      title: "ask for more than there is, read why it waits, and cancel it",
      how: [
        `berth submit --image berth/busybox --vcpus ${GIANT_VCPUS} ${GIANT} -- true`,
        `berth why ${GIANT}`,
        `berth cancel ${GIANT}`,
      ],
      missing: wasSetAsideAndCancelled(GIANT, GIANT_VCPUS),
    },
  ],
};

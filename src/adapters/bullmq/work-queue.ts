import { type Job, Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { nextDue, type Schedule } from "../../kernel/schedule.ts";
import type { WakeUp, WakeUpOptions, WorkQueue, WorkQueues } from "../../kernel/work-queue.ts";

/** Queues of one process. */
export interface BullQueues {
  readonly queues: WorkQueues;
  /** Waits for what is being handled, then closes every queue and its connections. */
  close(): Promise<void>;
}

// Kept jobs would be neither read nor forgotten: what happened is in the records.
const KEEP_NOTHING = { removeOnComplete: true, removeOnFail: true } as const;

// A dead worker's wake-up is handed on when its lock has run out and two checks have passed: within 8 s.
const LOCK_MS = 4_000;
const STALLED_CHECK_MS = 2_000;
// However often it is handed on, the wake-up stays: its handler looks at the state again.
const HAND_ON_ALWAYS = 1_000_000;

const jobOptions = ({ delayMs, once, attempts, backoffMs }: WakeUpOptions) => ({
  ...KEEP_NOTHING,
  ...(delayMs !== undefined && { delay: delayMs }),
  // Never a job id: one that is taken makes `add` do nothing, without a word.
  ...(once !== undefined && { deduplication: { id: once, keepLastIfActive: true } }),
  ...(attempts !== undefined && { attempts }),
  ...(backoffMs !== undefined && { backoff: { type: "exponential", delay: backoffMs } }),
});

// The whole schedule travels as BullMQ's pattern: the library that reads patterns there knows neither AWS's cron nor its rates.
const SETTINGS = {
  repeatStrategy: (after: number, { pattern = "" }: { pattern?: string }): number | undefined =>
    nextDue(JSON.parse(pattern) as Schedule, after),
};

/** A job of a scheduler is named by it and by the time it was made for: `repeat:ID:MILLISECONDS`. */
const asWakeUp = ({ id = "", name, data, repeatJobKey }: Job): WakeUp => ({
  name,
  data,
  ...(repeatJobKey !== undefined && { due: Number(id.slice(id.lastIndexOf(":") + 1)) }),
});

const bullQueue = (
  name: string,
  connections: { readonly adding: Redis; readonly working: Redis },
  prefix: string,
  onError: (error: unknown) => void,
): WorkQueue => {
  const queue = new Queue(name, {
    connection: connections.adding,
    prefix,
    skipWaitingForReady: true,
    settings: SETTINGS,
  });
  queue.on("error", onError);
  const workers: Worker[] = [];
  return {
    async add(wakeUp, options = {}) {
      await queue.add(wakeUp.name, wakeUp.data, jobOptions(options));
    },

    async every(schedulerName, intervalMs) {
      const known = await queue.getJobScheduler(schedulerName);
      // BullMQ 6.7 would keep the old interval's offset, and with it wait as long as the old one once more.
      if (known && known.every !== intervalMs) await queue.removeJobScheduler(schedulerName);
      await queue.upsertJobScheduler(
        schedulerName,
        { every: intervalMs },
        { name: schedulerName, data: {}, opts: KEEP_NOTHING },
      );
    },

    async schedule(id, schedule, { name, data }) {
      await queue.upsertJobScheduler(id, { pattern: JSON.stringify(schedule) }, { name, data, opts: KEEP_NOTHING });
    },

    callOff: (id) => queue.removeJobScheduler(id),

    async handle(handler, concurrency) {
      const worker = new Worker(name, async (job): Promise<void> => handler(asWakeUp(job)), {
        connection: connections.working,
        prefix,
        settings: SETTINGS,
        concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: HAND_ON_ALWAYS,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      });
      worker.on("error", onError);
      workers.push(worker);
      await worker.waitUntilReady();
    },

    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await queue.close();
    },
  };
};

/**
 * Queues over BullMQ. `adding` may be the connection of requests (it fails fast); `working` must wait for a Redis that is away
 * (`maxRetriesPerRequest: null`). Both stay the caller's to close, after these. `onError` hears of lost connections and the like.
 */
export const bullQueues = (
  connections: { readonly adding: Redis; readonly working: Redis },
  prefix: string,
  onError: (error: unknown) => void,
): BullQueues => {
  const queueByName = new Map<string, WorkQueue>();
  return {
    queues(name) {
      const known = queueByName.get(name);
      if (known) return known;
      const queue = bullQueue(name, connections, prefix, onError);
      queueByName.set(name, queue);
      return queue;
    },
    async close() {
      await Promise.all([...queueByName.values()].map((queue) => queue.close()));
    },
  };
};

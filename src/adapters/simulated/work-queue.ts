import { nextDue, type Schedule } from "../../kernel/schedule.ts";
import type { WakeUp, WakeUpOptions, WorkQueue } from "../../kernel/work-queue.ts";
import type { SimulatedTime } from "./clock.ts";

type Handler = (wakeUp: WakeUp) => Promise<void>;

interface Job {
  readonly wakeUp: WakeUp;
  readonly once: string | undefined;
  readonly attempts: number;
  readonly backoffMs: number;
  failures: number;
}

/** A work queue in memory on the simulation's time, and what a test asks of it. */
export interface SimulatedWorkQueue extends WorkQueue {
  /** Wake-ups whose handler threw at its last attempt. */
  readonly failed: readonly { readonly wakeUp: WakeUp; readonly error: unknown }[];
  /** How many wake-ups wait, are delayed, or are being handled. */
  size(): number;
}

/** Merges wake-ups of one `once` while one waits or is delayed, keeps one that arrives while its like is active, as BullMQ's deduplication does. */
export const simulatedWorkQueue = (time: SimulatedTime): SimulatedWorkQueue => {
  const waiting: Job[] = [];
  const delayed = new Set<() => void>();
  const merged = new Set<string>();
  const active = new Set<string>();
  const keptByOnce = new Map<string, Job>();
  const intervals = new Map<string, () => void>();
  const failed: { wakeUp: WakeUp; error: unknown }[] = [];
  let handler: Handler | undefined;
  let free = 0;
  let busy = 0;
  let closed = false;

  const later = (ms: number, action: () => void) => {
    const forget = () => {
      callOff();
      delayed.delete(forget);
    };
    const callOff = time.after(ms, () => {
      delayed.delete(forget);
      if (!closed) action();
    });
    delayed.add(forget);
  };
  const run = async (job: Job): Promise<void> => {
    if (job.once !== undefined) {
      merged.delete(job.once);
      active.add(job.once);
    }
    try {
      await handler?.(job.wakeUp);
    } catch (error) {
      job.failures += 1;
      if (job.failures >= job.attempts) failed.push({ wakeUp: job.wakeUp, error });
      else later(job.backoffMs * 2 ** (job.failures - 1), () => enqueue(job));
    } finally {
      release(job.once);
    }
  };
  const release = (once: string | undefined) => {
    if (once === undefined) return;
    active.delete(once);
    const kept = keptByOnce.get(once);
    keptByOnce.delete(once);
    if (kept) accept(kept, 0);
  };
  const pump = () => {
    while (!closed && handler && free > 0 && waiting.length > 0) {
      free -= 1;
      busy += 1;
      void run(waiting.shift() as Job).finally(() => {
        free += 1;
        busy -= 1;
        pump();
      });
    }
  };
  const enqueue = (job: Job) => {
    waiting.push(job);
    // As with a real queue, the handler never runs inside the call that adds.
    queueMicrotask(pump);
  };
  const accept = (job: Job, delayMs: number) => {
    if (job.once !== undefined) {
      if (merged.has(job.once)) return;
      if (active.has(job.once)) return void keptByOnce.set(job.once, job);
      merged.add(job.once);
    }
    if (delayMs > 0) later(delayMs, () => enqueue(job));
    else enqueue(job);
  };
  const repeat = (name: string, intervalMs: number) => {
    intervals.get(name)?.();
    const callOff = time.after(intervalMs, () => {
      enqueue({ wakeUp: { name, data: {} }, once: undefined, attempts: 1, backoffMs: 0, failures: 0 });
      repeat(name, intervalMs);
    });
    intervals.set(name, callOff);
  };
  const scheduled = new Map<string, () => void>();
  const keepTo = (id: string, schedule: Schedule, wakeUp: WakeUp, after: number) => {
    const due = nextDue(schedule, after);
    if (due === undefined) return void scheduled.delete(id);
    scheduled.set(
      id,
      time.after(Math.max(0, due - time.now()), () => {
        enqueue({ wakeUp: { ...wakeUp, due }, once: undefined, attempts: 1, backoffMs: 0, failures: 0 });
        keepTo(id, schedule, wakeUp, due);
      }),
    );
  };
  return {
    failed,
    size: () => waiting.length + delayed.size + busy,
    async add(wakeUp, { delayMs = 0, once, attempts = 1, backoffMs = 0 }: WakeUpOptions = {}) {
      if (!closed) accept({ wakeUp, once, attempts, backoffMs, failures: 0 }, delayMs);
    },
    every: async (name, intervalMs) => repeat(name, intervalMs),
    async schedule(id, schedule, wakeUp) {
      scheduled.get(id)?.();
      keepTo(id, schedule, wakeUp, time.now());
    },
    async callOff(id) {
      scheduled.get(id)?.();
      return scheduled.delete(id);
    },
    async handle(next, concurrency) {
      handler = next;
      free = concurrency;
      pump();
    },
    async close() {
      closed = true;
      for (const callOff of [...delayed, ...intervals.values(), ...scheduled.values()]) callOff();
      intervals.clear();
    },
  };
};

import type { Schedule } from "./schedule.ts";

/** A wake-up: it says that something may be due, never what is true. The handler reads the state again. */
export interface WakeUp {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** When a schedule had it due, in milliseconds since 1970; only wake-ups of `schedule` have it, and each its own. */
  readonly due?: number;
}

export interface WakeUpOptions {
  readonly delayMs?: number;
  /** Wake-ups of one id merge while one waits; one that arrives while its like is active is kept and follows. */
  readonly once?: string;
  /** How often a throwing handler is called again, and how long first (doubling each time). */
  readonly attempts?: number;
  readonly backoffMs?: number;
}

/** Carries what has a time and what runs one at a time. May deliver twice; a sweep finds what it lost. */
export interface WorkQueue {
  add(wakeUp: WakeUp, options?: WakeUpOptions): Promise<void>;
  /** Repeats until the process's last queue of that name is closed; the same `name` again replaces the interval. */
  every(name: string, intervalMs: number): Promise<void>;
  /**
   * Wakes whenever the schedule is due, until called off; the same `id` again replaces schedule and wake-up. What came due while
   * nobody handled comes once, late.
   */
  schedule(id: string, schedule: Schedule, wakeUp: Pick<WakeUp, "name" | "data">): Promise<void>;
  /** `false`: nothing was scheduled under that id. */
  callOff(id: string): Promise<boolean>;
  /** Handles wake-ups, `concurrency` at a time, until closed. */
  handle(handler: (wakeUp: WakeUp) => Promise<void>, concurrency: number): Promise<void>;
  close(): Promise<void>;
}

/** Queues by name: `janitor`, `webhooks`. */
export type WorkQueues = (name: string) => WorkQueue;

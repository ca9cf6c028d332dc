import type { Clock } from "../../kernel/clock.ts";
import type { Timers } from "../../kernel/timers.ts";

/** A clock that also wakes: what the simulated world runs on. */
export interface SimulatedTime extends Clock, Timers {
  /** Calls `action` once that time has passed; returns how to call it off. */
  after(ms: number, action: () => void): () => void;
}

/** Time that stands still until a test moves it. */
export interface MovableClock extends SimulatedTime {
  /** Moves on, waking in order whatever falls due, and lets the work that each wakes run on before the next. */
  advance(ms: number): Promise<void>;
  /** Lets pending work run without moving time. */
  settle(): Promise<void>;
  /** How many timers wait. */
  pending(): number;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly action: () => void;
}

// Work that a timer started goes on in microtasks and, where it reads files or sockets, in later turns of the event loop.
const TURNS = 3;
const letWorkRun = async (): Promise<void> => {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const waitOn =
  (after: SimulatedTime["after"]): Timers["wait"] =>
  (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const finish = (undisturbed: boolean) => {
        callOff();
        signal.removeEventListener("abort", disturbed);
        resolve(undisturbed);
      };
      const disturbed = () => finish(false);
      const callOff = after(milliseconds, () => finish(true));
      signal.addEventListener("abort", disturbed);
    });

/** A movable clock that begins at a fixed time, so that a history replays the same. */
export const movableClock = (start = Date.UTC(2026, 0, 1)): MovableClock => {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();
  const next = (until: number): Timer | undefined =>
    [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due || a.order - b.order)[0];
  const after: SimulatedTime["after"] = (ms, action) => {
    order += 1;
    const timer = { due: now + Math.max(0, ms), order, action };
    if (Number.isFinite(ms)) timers.add(timer);
    return () => timers.delete(timer);
  };
  return {
    now: () => now,
    after,
    wait: waitOn(after),
    async advance(ms) {
      const until = now + ms;
      await letWorkRun();
      for (let timer = next(until); timer; timer = next(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.due);
        timer.action();
        await letWorkRun();
      }
      now = until;
    },
    settle: letWorkRun,
    pending: () => timers.size,
  };
};

const afterRealTime: SimulatedTime["after"] = (ms, action) => {
  if (!Number.isFinite(ms)) return () => {};
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
};

/** The machine's own time: for tests that hold the simulation to the same rules as real engines. */
export const liveTime: SimulatedTime = { now: () => Date.now(), after: afterRealTime, wait: waitOn(afterRealTime) };

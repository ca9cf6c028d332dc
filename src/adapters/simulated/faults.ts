import { type ContainerEngine, EngineUnreachableError } from "../../fleet/ports.ts";
import type { SimulatedTime } from "./clock.ts";

export type Verb = Exclude<keyof ContainerEngine, "watch" | "logs">;

/** What a test makes go wrong. */
export interface Faults {
  /** Nothing answers any more, and streams break; `restoreReach` ends it. Containers run on. */
  cutReach(): void;
  restoreReach(): void;
  /** The next `times` calls of a verb throw. */
  refuse(verb: Verb, error: Error, times?: number): void;
  /** The next `times` calls of a verb do their work, but the answer is lost. */
  loseAnswer(verb: Verb, times?: number): void;
  /** How long a verb takes from now on. */
  delay(verb: Verb, ms: number): void;
}

/** Where the engine passes: throws, waits, or lets the work be done. */
export interface FaultGate extends Faults {
  isReachable(): boolean;
  /** Does the work of a verb under whatever fault is set for it. */
  pass<Result>(verb: Verb, work: () => Result | Promise<Result>): Promise<Result>;
}

interface Refusal {
  readonly error: Error;
  readonly afterWork: boolean;
  times: number;
}

/** No fault set. `cut` is called when the engine goes out of reach. */
export const faultGate = (name: string, time: SimulatedTime, cut: (error: Error) => void): FaultGate => {
  let reachable = true;
  const refusals = new Map<Verb, Refusal>();
  const delays = new Map<Verb, number>();
  const unreachable = () => new EngineUnreachableError(`${name} cannot be reached`);
  const wait = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => time.after(ms, resolve)) : Promise.resolve());
  const refusalOf = (verb: Verb): Refusal | undefined => {
    const refusal = refusals.get(verb);
    if (!refusal || refusal.times <= 0) return undefined;
    refusal.times -= 1;
    return refusal;
  };
  return {
    isReachable: () => reachable,
    cutReach() {
      reachable = false;
      cut(unreachable());
    },
    restoreReach() {
      reachable = true;
    },
    refuse: (verb, error, times = 1) => void refusals.set(verb, { error, afterWork: false, times }),
    loseAnswer: (verb, times = 1) => void refusals.set(verb, { error: unreachable(), afterWork: true, times }),
    delay: (verb, ms) => void delays.set(verb, ms),
    async pass(verb, work) {
      if (!reachable) throw unreachable();
      await wait(delays.get(verb) ?? 0);
      if (!reachable) throw unreachable();
      const refusal = refusalOf(verb);
      if (refusal && !refusal.afterWork) throw refusal.error;
      const result = await work();
      if (refusal) throw refusal.error;
      if (!reachable) throw unreachable();
      return result;
    },
  };
};
